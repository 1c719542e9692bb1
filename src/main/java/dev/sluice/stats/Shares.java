package dev.sluice.stats;

import java.util.ArrayList;
import java.util.Collections;
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
 * deciles make fewer bins. Those of texts and booleans are their values. NaN and null are buckets of their own.
 *
 * @param buckets names of the buckets, such as {@code EWR}, {@code <= 12.0}, {@code null}
 * @param reference share of the reference's rows in each
 * @param current share of the current rows in each
 */
public record Shares(List<String> buckets, List<Double> reference, List<Double> current) {
    private static final int BINS = 10;
    private static final int MOST_AS_CATEGORIES = 20;

    public Shares {
        buckets = List.copyOf(buckets);
        reference = List.copyOf(reference);
        current = List.copyOf(current);
    }

    /**
     * The shares of two profiles; empty where they cannot be told: no rows on a side, texts with too many different values
     * to be counted, dates, times, arrays.
     *
     * @throws IllegalArgumentException when one column is of numbers and the other is not, or of another kind
     */
    public static Optional<Shares> of(ColumnProfile reference, ColumnProfile current) {
        boolean numbers = reference.kind().isNumber();
        if (numbers ? !current.kind().isNumber() : reference.kind() != current.kind()) {
            throw new IllegalArgumentException("a column of type " + current.type()
                    + " cannot be compared with a reference of type " + reference.type());
        }
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

    /** The different values of both sides, NaN left out, where both were counted. */
    private static Optional<SortedSet<String>> values(ColumnProfile reference, ColumnProfile current) {
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
        return column.kind().isNumber() ? Double.toString(Double.parseDouble(value)) : value;
    }

    private static Optional<SortedMap<String, Long>> counted(ColumnProfile column) {
        return column.distinct()
                .filter(Distinct.Counted.class::isInstance)
                .map(distinct -> ((Distinct.Counted) distinct).frequencies());
    }

    private static Shares ofValues(SortedSet<String> values, ColumnProfile reference, ColumnProfile current) {
        List<String> buckets = new ArrayList<>(values);
        return new Shares(
                withOthers(buckets),
                shares(valueCounts(values, reference), reference),
                shares(valueCounts(values, current), current));
    }

    private static List<Long> valueCounts(SortedSet<String> values, ColumnProfile column) {
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
        ends.forEach(end -> buckets.add("<= " + end));
        buckets.add(ends.isEmpty() ? "number" : "> " + ends.get(ends.size() - 1));
        return new Shares(
                withOthers(buckets),
                shares(binCounts(ends, reference), reference),
                shares(binCounts(ends, current), current));
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

    private static List<Double> shares(List<Long> counts, ColumnProfile column) {
        List<Long> all = new ArrayList<>(counts);
        all.add(column.numbers().map(Numbers::nans).orElse(0L));
        all.add(column.nulls());
        return all.stream().map(count -> (double) count / column.rows()).toList();
    }
}
