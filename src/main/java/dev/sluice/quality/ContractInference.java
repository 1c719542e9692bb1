package dev.sluice.quality;

import dev.sluice.config.Contract;
import dev.sluice.stats.ColumnKind;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Lengths;
import dev.sluice.stats.Meaning;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.TableProfile;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Proposes the contract that a profiled table keeps, loose enough to be reviewed instead of copied: presence is rounded
 * down to a hundredth, ranges outwards to about a tenth of their span, domains are proposed for texts of few, recurring
 * values only. A column of one number gets no range: it says nothing about the next one. What looks like a key is proposed to
 * be unique, and e-mail addresses, telephone numbers and IP addresses to be sensitive.
 */
public final class ContractInference {
    private static final int FORMAT = 1;
    static final int LARGEST_DOMAIN = 50;
    static final int ROWS_PER_VALUE = 10;

    /** What names people or their devices is proposed as sensitive. */
    private static final Set<Meaning.Use> PERSONAL = Set.of(Meaning.Use.EMAIL, Meaning.Use.PHONE, Meaning.Use.IP);

    private ContractInference() {}

    /** A contract that {@link ContractChecks} finds kept by the same profile, or cannot decide by it. */
    public static Contract infer(TableProfile profile) {
        Map<String, Contract.Column> columns = new LinkedHashMap<>();
        profile.columns().forEach((name, column) -> columns.put(name, column(column)));
        return new Contract(FORMAT, columns);
    }

    private static Contract.Column column(ColumnProfile column) {
        Optional<Step> step = column.numbers().flatMap(ContractInference::step);
        List<String> domain = domain(column);
        Optional<Meaning.Use> use = column.meaning().map(Meaning::use);
        return new Contract.Column(
                column.type(),
                List.of(),
                column.rows() == 0 ? 0 : hundredth(column.completeness()),
                domain,
                1,
                step.map(Step::low),
                step.filter(known -> column.numbers().orElseThrow().nans() == 0).map(Step::high),
                domain.isEmpty() && column.kind() == ColumnKind.TEXT ? length(column) : Optional.empty(),
                use.equals(Optional.of(Meaning.Use.ID)) && !isCertainlyRepeated(column),
                use.filter(PERSONAL::contains).isPresent());
    }

    /** Bounds for texts: not empty if none is, and at most the next power of two long. */
    private static Optional<Contract.Length> length(ColumnProfile column) {
        Lengths lengths = column.lengths().orElseThrow();
        if (lengths.longest() == 0) {
            return Optional.empty();
        }
        long power = Long.highestOneBit(lengths.longest());
        return Optional.of(new Contract.Length(
                Math.min(1, lengths.shortest()), Optional.of(power == lengths.longest() ? power : 2 * power)));
    }

    private static boolean isCertainlyRepeated(ColumnProfile column) {
        return column.distinct().stream()
                .flatMap(distinct -> distinct.top(1).stream())
                .anyMatch(top -> top.atLeast() > 1);
    }

    private static double hundredth(double share) {
        return BigDecimal.valueOf(share).setScale(2, RoundingMode.FLOOR).doubleValue();
    }

    /** The values of a text that has few, each in ten rows and more on average; else none. */
    static List<String> domain(ColumnProfile column) {
        if (column.kind() == ColumnKind.TEXT
                && column.distinct().orElseThrow() instanceof Distinct.Counted counted
                && counted.frequencies().size() <= LARGEST_DOMAIN
                && column.rows() - column.nulls()
                        >= (long) ROWS_PER_VALUE * counted.frequencies().size()) {
            return List.copyOf(counted.frequencies().keySet());
        }
        return List.of();
    }

    private record Step(double low, double high) {}

    /** The range in steps of a power of ten, of which the span has ten to a hundred. */
    private static Optional<Step> step(Numbers numbers) {
        double span = numbers.max() - numbers.min();
        if (!Double.isFinite(span) || span == 0) {
            return Optional.empty();
        }
        int scale = 1 - (int) Math.floor(Math.log10(span));
        return Optional.of(new Step(
                outwards(numbers.min(), scale, RoundingMode.FLOOR),
                outwards(numbers.max(), scale, RoundingMode.CEILING)));
    }

    private static double outwards(double end, int scale, RoundingMode mode) {
        return new BigDecimal(Double.toString(end), MathContext.UNLIMITED)
                .setScale(scale, mode)
                .doubleValue();
    }
}
