package dev.sluice.stats;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Two profiles of a column in the same buckets: what distances are computed from.
 *
 * <p>The buckets of numbers are the values themselves where both sides together have at most 20 different ones (as in
 * Evidently), else ten bins between the deciles of the reference, each with its upper end, the last one open; equal
 * deciles make fewer bins. Those of texts and booleans are their values. NaN and null are buckets of their own, always the
 * last two.
 *
 * @param buckets names of the buckets, such as {@code EWR}, {@code <= 12}, {@code null}; ends of bins
 *     to six digits
 */
public record Shares(List<String> buckets, Side reference, Side current) {
    private static final int BINS = 10;
    private static final int MOST_AS_CATEGORIES = 20;
    private static final int OTHERS = 2;
    private static final MathContext DIGITS = new MathContext(6);

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
     * @param error the most that the share of a bucket of numbers can be wrong by, as quantiles are; NaN and null are
     *     counted
     */
    public record Side(List<Long> counts, double error) {
        public Side {
            counts = List.copyOf(counts);
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
            if (i >= buckets.size() - OTHERS) {
                low += added;
                high += added;
            } else {
                low += nearest(part, r, c);
                high += Math.max(
                        outermost.of(Math.max(0, r - reference.error), Math.min(1, c + current.error)),
                        outermost.of(Math.min(1, r + reference.error), Math.max(0, c - current.error)));
            }
        }
        return new Estimate(sum, Math.max(high - sum, sum - low));
    }

    private double nearest(Part part, double r, double c) {
        if (r + reference.error < c - current.error) {
            return part.of(r + reference.error, c - current.error);
        }
        if (c + current.error < r - reference.error) {
            return part.of(r - reference.error, c + current.error);
        }
        return 0;
    }

    /**
     * The shares of two profiles; empty where they cannot be told: no rows on a side, texts with too many different values
     * to be counted, dates, times, arrays.
     *
     * @throws IllegalArgumentException when one column is of numbers and the other is not, or of another kind
     */
    public static Optional<Shares> of(ColumnProfile reference, ColumnProfile current) {
        requireComparable(reference, current);
        boolean numbers = reference.kind().isNumber();
        boolean categories = reference.kind() == ColumnKind.TEXT || reference.kind() == ColumnKind.BOOLEAN;
        if (reference.rows() == 0 || current.rows() == 0 || !(numbers || categories)) {
            return Optional.empty();
        }
        Optional<SortedSet<String>> values = values(reference, current);
        if (categories) {
            return values.map(known -> ofValues(known, reference, current));
        }
        return Optional.of(values.filter(known -> known.size() <= MOST_AS_CATEGORIES)
                .map(known -> ofValues(known, reference, current))
                .orElseGet(() -> ofBins(reference, current)));
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
    private static String name(double number) {
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
        return new Shares(
                withOthers(buckets),
                side(valueCounts(buckets, reference), 0, reference),
                side(valueCounts(buckets, current), 0, current));
    }

    private static List<Long> valueCounts(List<String> values, ColumnProfile column) {
        SortedMap<String, Long> frequencies = counted(column).orElseThrow();
        return values.stream()
                .map(value -> frequencies.entrySet().stream()
                        .filter(entry -> number(column, entry.getKey()).equals(value))
                        .mapToLong(entry -> entry.getValue())
                        .sum())
                .toList();
    }

    private static Shares ofBins(ColumnProfile reference, ColumnProfile current) {
        Quantiles quantiles = reference.numbers().orElseThrow().quantiles();
        List<Double> ends = quantiles.count() == 0
                ? List.of()
                : IntStream.range(1, BINS)
                        .mapToObj(i -> quantiles.quantile((double) i / BINS))
                        .distinct()
                        .toList();
        List<String> buckets = new ArrayList<>();
        ends.forEach(end -> buckets.add("<= " + rounded(end)));
        buckets.add(ends.isEmpty() ? "number" : "> " + rounded(ends.get(ends.size() - 1)));
        return new Shares(
                withOthers(buckets),
                side(binCounts(ends, reference), binError(reference), reference),
                side(binCounts(ends, current), binError(current), current));
    }

    /** Enough of an end to recognise it by. */
    private static String rounded(double end) {
        return name(
                Double.isInfinite(end) ? end : new BigDecimal(end).round(DIGITS).doubleValue());
    }

    private static List<Long> binCounts(List<Double> ends, ColumnProfile column) {
        Numbers numbers = column.numbers().orElseThrow();
        List<Long> counts = new ArrayList<>();
        long below = 0;
        for (double end : ends) {
            long upTo =
                    numbers.count() == 0 ? 0 : Math.round(numbers.quantiles().rank(end) * numbers.count());
            counts.add(upTo - below);
            below = upTo;
        }
        counts.add(numbers.count() - below);
        return Collections.unmodifiableList(counts);
    }

    private static List<String> withOthers(List<String> buckets) {
        List<String> all = new ArrayList<>(buckets);
        all.add("NaN");
        all.add("null");
        return all;
    }

    /** A bin is the difference of two ranks. */
    private static double binError(ColumnProfile column) {
        Numbers numbers = column.numbers().orElseThrow();
        return 2 * numbers.quantiles().rankError() * numbers.count() / column.rows();
    }

    private static Side side(List<Long> counts, double error, ColumnProfile column) {
        List<Long> all = new ArrayList<>(counts);
        all.add(column.numbers().map(Numbers::nans).orElse(0L));
        all.add(column.nulls());
        return new Side(all, error);
    }
}
