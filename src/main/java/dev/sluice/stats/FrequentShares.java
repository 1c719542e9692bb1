package dev.sluice.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Shares of the values that are frequent on either side, all others in one bucket: of columns with too many different values to
 * count each. What a bucket can be wrong by is known of each.
 */
final class FrequentShares {
    /**
     * A value is frequent that has certainly this share of a side's rows. Where a side does not know it, it has at most
     * {@link Distinct#error} rows there, one in a hundred.
     */
    static final double FREQUENT = 0.01;

    static final String OTHERS = "all others";

    private FrequentShares() {}

    /** The shares; empty where no value is frequent and none is missing, so that all rows would be in one bucket. */
    static Optional<Shares> of(ColumnProfile reference, ColumnProfile current) {
        SortedSet<String> named = new TreeSet<>(frequent(reference));
        named.addAll(frequent(current));
        if (named.isEmpty() && reference.nulls() == 0 && current.nulls() == 0) {
            return Optional.empty();
        }
        List<String> buckets = new ArrayList<>(named);
        buckets.add(OTHERS);
        return Optional.of(new Shares(Shares.withOthers(buckets), side(buckets, reference), side(buckets, current)));
    }

    private static List<String> frequent(ColumnProfile column) {
        return column.distinct().orElseThrow().frequencies().entrySet().stream()
                .filter(value -> value.getValue() >= FREQUENT * column.rows())
                .map(value -> value.getKey())
                .toList();
    }

    /** A value has as many rows as were counted, or up to {@link Distinct#error} more: the middle is half of that off at most. */
    private static Shares.Side side(List<String> buckets, ColumnProfile column) {
        Distinct distinct = column.distinct().orElseThrow();
        long values = column.rows() - column.nulls();
        long known = 0;
        List<Long> counts = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        for (String value : buckets.subList(0, buckets.size() - 1)) {
            long atLeast = distinct.frequencies().getOrDefault(value, 0L);
            known += atLeast;
            counts.add(atLeast + distinct.error() / 2);
            errors.add((double) (distinct.error() - distinct.error() / 2) / column.rows());
        }
        long others = values - counts.stream().mapToLong(Long::longValue).sum();
        // Whatever the values have more, the summary has counted of none.
        long uncounted = values
                - distinct.frequencies().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
        long fewest = values - known - Math.min(uncounted, counts.size() * distinct.error());
        errors.add((double) Math.max(values - known - others, others - fewest) / column.rows());
        counts.add(others);
        return Shares.side(counts, errors, column);
    }
}
