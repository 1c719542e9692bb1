package dev.sluice.quality;

import dev.sluice.config.Contract;
import dev.sluice.stats.ColumnKind;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.TableProfile;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Proposes the contract that a profiled table keeps, loose enough to be reviewed instead of copied: presence is rounded
 * down to a hundredth, ranges outwards to about a tenth of their span, domains are proposed for texts of few, recurring
 * values only. A column of one number gets no range: it says nothing about the next one.
 */
public final class ContractInference {
    private static final int FORMAT = 1;
    private static final int LARGEST_DOMAIN = 50;
    private static final int ROWS_PER_VALUE = 10;

    private ContractInference() {}

    /** A contract that {@link ContractChecks} finds kept by the same profile. */
    public static Contract infer(TableProfile profile) {
        Map<String, Contract.Column> columns = new LinkedHashMap<>();
        profile.columns().forEach((name, column) -> columns.put(name, column(column)));
        return new Contract(FORMAT, columns);
    }

    private static Contract.Column column(ColumnProfile column) {
        Optional<Step> step = column.numbers().flatMap(ContractInference::step);
        return new Contract.Column(
                column.type(),
                column.rows() == 0 ? 0 : hundredth(column.completeness()),
                domain(column),
                step.map(Step::low),
                step.filter(known -> column.numbers().orElseThrow().nans() == 0).map(Step::high));
    }

    private static double hundredth(double share) {
        return BigDecimal.valueOf(share).setScale(2, RoundingMode.FLOOR).doubleValue();
    }

    private static List<String> domain(ColumnProfile column) {
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
