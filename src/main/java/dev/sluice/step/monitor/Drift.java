package dev.sluice.step.monitor;

import dev.sluice.config.Monitor.Limits;
import dev.sluice.quality.ColumnDrift;
import dev.sluice.quality.Verdict;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.TableProfile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** How far the scored rows are from the rows that the model was trained on. */
final class Drift {
    private Drift() {}

    /** Measures and judges columns, in order. */
    static List<Measurement> of(List<String> columns, Limits limits, TableProfile training, TableProfile scored) {
        return columns.stream()
                .map(column -> of(
                        column,
                        limits,
                        Optional.ofNullable(training.columns().get(column)),
                        scored.columns().get(column)))
                .toList();
    }

    private static Measurement of(
            String column, Limits limits, Optional<ColumnProfile> training, ColumnProfile scored) {
        if (training.isEmpty()) {
            return notJudged(column, limits, scored, "the training profile of the model has no such column");
        }
        ColumnDrift drift = ColumnDrift.of(column, training.get(), scored, limits);
        return drift instanceof ColumnDrift.Measured measured
                ? measured(measured, scored)
                : notJudged(column, limits, scored, drift.reason());
    }

    private static Measurement measured(ColumnDrift.Measured drift, ColumnProfile scored) {
        return new Measurement(
                Measurement.Kind.DRIFT,
                drift.column(),
                Optional.empty(),
                OptionalDouble.of(drift.estimate().value()),
                // Of the training rows to themselves: no distance, and every test passed.
                OptionalDouble.of(drift.distance().isTest() ? 1 : 0),
                OptionalDouble.of(drift.bound()),
                scored.rows(),
                drift.distance().definition(),
                Optional.of(drift.verdict()),
                drift.reason());
    }

    private static Measurement notJudged(String column, Limits limits, ColumnProfile scored, String reason) {
        return new Measurement(
                Measurement.Kind.DRIFT,
                column,
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                scored.rows(),
                limits.distance().definition(),
                Optional.of(Verdict.NOT_JUDGED),
                reason);
    }
}
