package dev.sluice.adapter.deequ;

import static dev.sluice.adapter.deequ.Constraints.none;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.config.Check;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.quality.Words;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Numbers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Whether a column lies between bounds. One without values lies within any. */
record Ranges(Check.Range check, ColumnProfile column, Shown shown) implements Question {
    @Override
    public Set<Analyzer<?, Metric<?>>> analyzers() {
        Set<Analyzer<?, Metric<?>>> both = new LinkedHashSet<>(low().analyzers());
        both.addAll(high().analyzers());
        return both;
    }

    /** The smallest and the largest value of each group; a group without values lies within any bounds. */
    static List<Bounded> ofEach(Check.Range check, Shown shown) {
        String column = check.range();
        return List.of(
                each(check, check.min(), Optional.empty(), shown, (c, asks) -> c.hasMin(column, asks, none(), none())),
                each(check, Optional.empty(), check.max(), shown, (c, asks) -> c.hasMax(column, asks, none(), none())));
    }

    private static Bounded each(
            Check.Range check, Optional<Double> min, Optional<Double> max, Shown shown, Bounded.Constrain constrain) {
        String column = check.range();
        return new Bounded(
                column, constrain, min, max, value -> shown.number(column, value), "", expected(check), true);
    }

    private static String expected(Check.Range check) {
        return Words.between(check.min().map(Words::number), check.max().map(Words::number));
    }

    private Bounded low() {
        return end(check.min(), Optional.empty(), (c, asks) -> c.hasMin(check.range(), asks, none(), none()));
    }

    private Bounded high() {
        return end(Optional.empty(), check.max(), (c, asks) -> c.hasMax(check.range(), asks, none(), none()));
    }

    private Bounded end(Optional<Double> min, Optional<Double> max, Bounded.Constrain constrain) {
        boolean empty = column.rows() > 0 && column.nulls() == column.rows();
        return new Bounded(check.range(), constrain, min, max, Words::number, "", "", empty);
    }

    @Override
    public Verdict answer(Metrics metrics) {
        Bounded.Answer low = low().answer(metrics::metric);
        Bounded.Answer high = high().answer(metrics::metric);
        OptionalDouble metric = !low.holds() || (high.holds() && check.max().isEmpty()) ? low.value() : high.value();
        return new Verdict(
                low.holds() && high.holds(), check.range(), metric, found(), expected(check), Source.PROFILE);
    }

    private String found() {
        Numbers numbers = column.numbers().orElseThrow();
        String nans = numbers.nans() == 0 ? "" : "NaN in " + Words.rows(numbers.nans());
        if (numbers.count() == 0) {
            return !nans.isEmpty() ? nans : column.rows() == 0 ? "no rows" : "no value in " + Words.rows(column.rows());
        }
        String range = shown.number(check.range(), numbers.min()) + " to " + shown.number(check.range(), numbers.max());
        return nans.isEmpty() ? range : range + ", and " + nans;
    }
}
