package dev.sluice.stats;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Two profiles of a column in the same buckets: what distances are computed from.
 *
 * <p>The buckets are the values themselves where both sides have counted them; of numbers, dates and times where both sides
 * together have at most 20 different ones (as in Evidently), else ten bins between the deciles of the reference, each with
 * its upper end, the last one open; equal deciles make fewer bins. Of more values than are counted those that are frequent on
 * either side have buckets of their own, and all others one. NaN and null are buckets of their own, always the last two.
 *
 * @param buckets names of the buckets, such as {@code EWR}, {@code <= 12}, {@code null}; ends of bins
 *     to six digits
 */
public record Shares(List<String> buckets, Side reference, Side current) {
    private static final int MOST_AS_CATEGORIES = 20;

    public Shares {
        buckets = List.copyOf(buckets);
        if (reference.counts().size() != buckets.size() || current.counts().size() != buckets.size()) {
            throw new IllegalArgumentException("expected a count of each of " + buckets.size() + " buckets, found "
                    + reference.counts().size() + " and " + current.counts().size());
        }
    }

    /**
     * The rows of one profile.
     *
     * @param counts rows in each bucket
     * @param errors the most that the share of each bucket can be wrong by: 0 of what was counted, as NaN and null always are
     */
    public record Side(List<Long> counts, List<Double> errors) {
        public Side {
            counts = List.copyOf(counts);
            errors = List.copyOf(errors);
            if (errors.size() != counts.size()) {
                throw new IllegalArgumentException(
                        "expected an error of each of " + counts.size() + " counts, found " + errors.size());
            }
        }

        /** All rows. */
        public long rows() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }

        /** The share of the rows in each bucket. */
        public List<Double> shares() {
            double rows = rows();
            return counts.stream().map(count -> count / rows).toList();
        }
    }

    /**
     * What a bucket adds to a distance: 0 where its two shares are equal, and more the further one of them moves away from
     * the other.
     */
    @FunctionalInterface
    interface Part {
        double of(double reference, double current);
    }

    /** The sum of the parts of all buckets. */
    Estimate sum(Part part) {
        return sum(part, part);
    }

    /**
     * The sum of the parts of all buckets.
     *
     * @param outermost the same part, given the end of what the true share may be: for one that makes more of a small share
     *     than of none
     */
    Estimate sum(Part part, Part outermost) {
        List<Double> references = reference.shares();
        List<Double> currents = current.shares();
        double sum = 0;
        double low = 0;
        double high = 0;
        for (int i = 0; i < buckets.size(); i++) {
            double r = references.get(i);
            double c = currents.get(i);
            double added = part.of(r, c);
            sum += added;
            double re = reference.errors.get(i);
            double ce = current.errors.get(i);
            if (re == 0 && ce == 0) {
                low += added;
                high += added;
            } else {
                low += nearest(part, r, re, c, ce);
                high += Math.max(
                        outermost.of(Math.max(0, r - re), Math.min(1, c + ce)),
                        outermost.of(Math.min(1, r + re), Math.max(0, c - ce)));
            }
        }
        return new Estimate(sum, Math.max(high - sum, sum - low));
    }

    private static double nearest(Part part, double r, double re, double c, double ce) {
        if (r + re < c - ce) {
            return part.of(r + re, c - ce);
        }
        return c + ce < r - re ? part.of(r - re, c + ce) : 0;
    }

    /**
     * The shares of two profiles; empty where they cannot be told: no rows on a side, arrays, structs and maps, more different
     * values than are counted and none of them frequent.
     *
     * @throws IllegalArgumentException when one column is of numbers and the other is not, or of another kind
     */
    public static Optional<Shares> of(ColumnProfile reference, ColumnProfile current) {
        requireComparable(reference, current);
        if (reference.rows() == 0 || current.rows() == 0 || !reference.kind().hasDistinct()) {
            return Optional.empty();
        }
        boolean ordered = QuantileBins.suit(reference) && QuantileBins.suit(current);
        Optional<SortedSet<String>> values =
                values(reference, current).filter(known -> !ordered || known.size() <= MOST_AS_CATEGORIES);
        if (values.isPresent()) {
            return Optional.of(ofValues(values.get(), reference, current));
        }
        return ordered ? Optional.of(QuantileBins.of(reference, current)) : FrequentShares.of(reference, current);
    }

    /** Fails unless the values of both can be in the same buckets. */
    static void requireComparable(ColumnProfile reference, ColumnProfile current) {
        if (!reference.kind().isComparableWith(current.kind())) {
            throw new IllegalArgumentException("a column of type " + current.type()
                    + " cannot be compared with a reference of type " + reference.type());
        }
    }

    /** The different values of both sides, NaN left out, where both were counted. */
    static Optional<SortedSet<String>> values(ColumnProfile reference, ColumnProfile current) {
        return counted(reference).flatMap(left -> counted(current).map(right -> {
            SortedSet<String> values = new TreeSet<>();
            for (SortedMap<String, Long> side : List.of(left, right)) {
                side.keySet().forEach(value -> values.add(number(reference, value)));
            }
            if (reference.kind().isNumber()) {
                values.remove("NaN");
            }
            return values;
        }));
    }

    /** Numbers of columns of different types get one spelling. */
    private static String number(ColumnProfile column, String value) {
        return column.kind().isNumber() ? name(Double.parseDouble(value)) : value;
    }

    /** As people write it: whole numbers without a fraction. */
    static String name(double number) {
        boolean whole = number == Math.rint(number) && Math.abs(number) < 1e15;
        return whole ? Long.toString((long) number) : Double.toString(number);
    }

    private static Optional<SortedMap<String, Long>> counted(ColumnProfile column) {
        return column.distinct()
                .filter(Distinct.Counted.class::isInstance)
                .map(distinct -> ((Distinct.Counted) distinct).frequencies());
    }

    private static Shares ofValues(SortedSet<String> values, ColumnProfile reference, ColumnProfile current) {
        List<String> buckets = new ArrayList<>(values);
        if (reference.kind().isNumber()) {
            buckets.sort(Comparator.comparing(Double::valueOf));
        }
        return new Shares(withOthers(buckets), valueCounts(buckets, reference), valueCounts(buckets, current));
    }

    private static Side valueCounts(List<String> values, ColumnProfile column) {
        SortedMap<String, Long> frequencies = counted(column).orElseThrow();
        List<Long> counts = values.stream()
                .map(value -> frequencies.entrySet().stream()
                        .filter(entry -> number(column, entry.getKey()).equals(value))
                        .mapToLong(entry -> entry.getValue())
                        .sum())
                .toList();
        return side(counts, Collections.nCopies(counts.size(), 0.0), column);
    }

    /** The buckets, then those of NaN and null. */
    static List<String> withOthers(List<String> buckets) {
        List<String> all = new ArrayList<>(buckets);
        all.add("NaN");
        all.add("null");
        return all;
    }

    /** Of buckets whose counts may be wrong, then NaN and null. */
    static Side side(List<Long> counts, List<Double> errors, ColumnProfile column) {
        List<Long> all = new ArrayList<>(counts);
        all.add(column.numbers().map(Numbers::nans).orElse(0L));
        all.add(column.nulls());
        List<Double> allErrors = new ArrayList<>(errors);
        allErrors.add(0.0);
        allErrors.add(0.0);
        return new Side(all, allErrors);
    }
}
