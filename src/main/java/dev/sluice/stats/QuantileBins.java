package dev.sluice.stats;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Shares in ten bins between the deciles of the reference: of numbers, and of dates and times of which each value was counted. */
final class QuantileBins {
    private static final int BINS = 10;
    private static final MathContext DIGITS = new MathContext(6);

    private QuantileBins() {}

    /** Whether the order of a column's values is known. */
    static boolean suit(ColumnProfile column) {
        return quantiles(column).isPresent();
    }

    /** The shares of two columns that it suits. */
    static Shares of(ColumnProfile reference, ColumnProfile current) {
        Quantiles quantiles = quantiles(reference).orElseThrow();
        List<Double> ends = quantiles.count() == 0
                ? List.of()
                : IntStream.range(1, BINS)
                        .mapToObj(i -> quantiles.quantile((double) i / BINS))
                        .distinct()
                        .toList();
        List<String> buckets = new ArrayList<>();
        ends.forEach(end -> buckets.add("<= " + name(end, reference.kind())));
        buckets.add(ends.isEmpty() ? "value" : "> " + name(ends.get(ends.size() - 1), reference.kind()));
        return new Shares(Shares.withOthers(buckets), side(ends, reference), side(ends, current));
    }

    private static Optional<Quantiles> quantiles(ColumnProfile column) {
        ColumnKind kind = column.kind();
        if (kind.isNumber()) {
            return column.numbers().map(Numbers::quantiles);
        }
        return (kind == ColumnKind.DATE || kind == ColumnKind.TIMESTAMP)
                        && column.distinct().orElseThrow() instanceof Distinct.Counted counted
                ? Optional.of(Quantiles.of(asNumbers(kind, counted.frequencies())))
                : Optional.empty();
    }

    private static SortedMap<String, Long> asNumbers(ColumnKind kind, SortedMap<String, Long> frequencies) {
        SortedMap<String, Long> numbers = new TreeMap<>();
        frequencies.forEach((value, rows) -> numbers.put(Long.toString(LongTally.parse(kind, value)), rows));
        return numbers;
    }

    /** Enough of an end to recognise it by. */
    private static String name(double end, ColumnKind kind) {
        if (!kind.isNumber()) {
            return LongTally.print(kind, (long) end);
        }
        return Shares.name(
                Double.isInfinite(end) ? end : new BigDecimal(end).round(DIGITS).doubleValue());
    }

    private static Shares.Side side(List<Double> ends, ColumnProfile column) {
        Quantiles quantiles = quantiles(column).orElseThrow();
        List<Long> counts = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        Edge below = new Edge(0, 0, 0);
        for (double end : ends) {
            Edge upTo = Edge.at(end, quantiles, column);
            counts.add(upTo.rank - below.rank);
            errors.add(upTo.error(below) / column.rows());
            below = upTo;
        }
        Edge all = new Edge(quantiles.count(), 0, 0);
        counts.add(all.rank - below.rank);
        errors.add(all.error(below) / column.rows());
        return Shares.side(counts, errors, column);
    }

    /**
     * How many values are at most the end of a bin.
     *
     * @param over by how many that may be too many
     * @param under by how many it may be too few
     */
    private record Edge(long rank, long over, long under) {
        static Edge at(double end, Quantiles quantiles, ColumnProfile column) {
            long count = quantiles.count();
            long rank = count == 0 ? 0 : Math.round(quantiles.rank(end) * count);
            // Beyond the least and the greatest number, which are known, nothing was left out.
            boolean exact = column.numbers()
                    .map(numbers -> end < numbers.min() || end >= numbers.max())
                    .orElse(true);
            return exact ? new Edge(rank, 0, 0) : new Edge(rank, quantiles.over(), quantiles.under());
        }

        /** The most that the number of values from another end to this one can be wrong by. */
        double error(Edge below) {
            return Math.max(over + below.under, under + below.over);
        }
    }
}
