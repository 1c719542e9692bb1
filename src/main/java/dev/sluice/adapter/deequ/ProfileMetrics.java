package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.ApproxQuantile;
import com.amazon.deequ.analyzers.Completeness;
import com.amazon.deequ.analyzers.Maximum;
import com.amazon.deequ.analyzers.Mean;
import com.amazon.deequ.analyzers.Minimum;
import com.amazon.deequ.analyzers.Size;
import com.amazon.deequ.analyzers.StandardDeviation;
import com.amazon.deequ.analyzers.Sum;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.TableProfile;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import scala.Option;

/**
 * What a profile knows of what Deequ's analyzers measure, as these would: NaN lies above all numbers, and makes a mean, a sum and a
 * standard deviation NaN. Nothing that is asked of some rows alone, and no quantile that is less exact than it was asked for.
 */
final class ProfileMetrics {
    private final TableProfile profile;

    ProfileMetrics(TableProfile profile) {
        this.profile = profile;
    }

    /** The metrics that the profile can tell. */
    Map<Analyzer<?, Metric<?>>, Metric<?>> of(Set<Analyzer<?, Metric<?>>> analyzers) {
        Map<Analyzer<?, Metric<?>>, Metric<?>> known = new HashMap<>();
        analyzers.forEach(analyzer ->
                value(analyzer).ifPresent(value -> known.put(analyzer, Constraints.metric(analyzer, value))));
        return known;
    }

    /** The value, which is empty itself where there is nothing to measure. */
    private Optional<OptionalDouble> value(Analyzer<?, ?> analyzer) {
        if ((analyzer instanceof Size size && all(size.where()))
                || (analyzer instanceof SqlValue value && value.countsRows())) {
            return Optional.of(OptionalDouble.of((double) profile.rows()));
        } else if (analyzer instanceof Completeness share && all(share.where())) {
            return column(share.column())
                    .map(column ->
                            column.rows() == 0 ? OptionalDouble.empty() : OptionalDouble.of(column.completeness()));
        } else if (analyzer instanceof Minimum min && all(min.where())) {
            // Only where there is nothing else, NaN is the smallest.
            return numbers(min.column()).map(known -> known.count() > 0 ? OptionalDouble.of(known.min()) : nan(known));
        } else if (analyzer instanceof Maximum max && all(max.where())) {
            return numbers(max.column()).map(known -> unlessNan(known, Numbers::max));
        } else if (analyzer instanceof Mean mean && all(mean.where())) {
            return numbers(mean.column()).map(known -> unlessNan(known, Numbers::mean));
        } else if (analyzer instanceof Sum sum && all(sum.where())) {
            return numbers(sum.column()).map(known -> unlessNan(known, Numbers::sum));
        } else if (analyzer instanceof StandardDeviation sd && all(sd.where())) {
            // Of infinities, and of squares that no double holds, Deequ has an answer of its own.
            return numbers(sd.column())
                    .filter(known -> known.count() == 0 || known.nans() > 0 || squaresFit(known))
                    .map(known -> unlessNan(known, Numbers::sd));
        } else if (analyzer instanceof ApproxQuantile quantile && all(quantile.where())) {
            return numbers(quantile.column())
                    .filter(known -> known.nans() == 0 && known.quantiles().rankError() <= quantile.relativeError())
                    .map(known -> unlessNan(known, any -> known.quantiles().quantile(quantile.quantile())));
        }
        return Optional.empty();
    }

    private static boolean squaresFit(Numbers numbers) {
        return Double.isFinite(numbers.min() * numbers.min())
                && Double.isFinite(numbers.max() * numbers.max())
                && Double.isFinite(numbers.sd());
    }

    private static boolean all(Option<String> where) {
        return where.isEmpty();
    }

    private Optional<ColumnProfile> column(String name) {
        return Optional.ofNullable(profile.columns().get(name));
    }

    private Optional<Numbers> numbers(String column) {
        return column(column).flatMap(ColumnProfile::numbers);
    }

    private static OptionalDouble unlessNan(Numbers numbers, ToDoubleFunction<Numbers> value) {
        return numbers.nans() == 0 && numbers.count() > 0
                ? OptionalDouble.of(value.applyAsDouble(numbers))
                : nan(numbers);
    }

    private static OptionalDouble nan(Numbers numbers) {
        return numbers.nans() > 0 ? OptionalDouble.of(Double.NaN) : OptionalDouble.empty();
    }
}
