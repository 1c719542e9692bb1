package dev.sluice.step.monitor;

import dev.sluice.config.Distance;
import dev.sluice.config.Monitor.Limits;
import dev.sluice.quality.ColumnDrift;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.TableProfile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a column of the scored rows is from the rows that the model was trained on.
 *
 * @param rows scored rows
 */
record Drift(ColumnDrift column, Limits limits, long rows) {
    /** Measures and judges columns, in order. What cannot be compared with the training rows is not judged. */
    static List<Drift> of(List<String> columns, Limits limits, TableProfile training, TableProfile scored) {
        return columns.stream()
                .map(column -> new Drift(
                        of(
                                column,
                                limits,
                                Optional.ofNullable(training.columns().get(column)),
                                scored.columns().get(column)),
                        limits,
                        scored.rows()))
                .toList();
    }

    private static ColumnDrift of(
            String column, Limits limits, Optional<ColumnProfile> training, ColumnProfile scored) {
        if (training.isEmpty()) {
            return new ColumnDrift.NotJudged(column, "the training profile of the model has no such column");
        }
        ColumnDrift drift = ColumnDrift.of(column, training.get(), scored, limits);
        return drift instanceof ColumnDrift.ChangedKind ? new ColumnDrift.NotJudged(column, drift.reason()) : drift;
    }

    /** As the monitor table holds it. */
    Measurement measurement() {
        return column instanceof ColumnDrift.Measured measured
                ? measurement(
                        OptionalDouble.of(measured.estimate().value()),
                        // Of the training rows to themselves: no distance, or a test that nothing speaks against.
                        OptionalDouble.of(measured.distance().isTest() ? 1 : 0),
                        OptionalDouble.of(measured.bound()),
                        measured.distance())
                : measurement(
                        OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), limits.distance());
    }

    private Measurement measurement(
            OptionalDouble value, OptionalDouble baseline, OptionalDouble bound, Distance distance) {
        return new Measurement(
                Measurement.Kind.DRIFT,
                column.column(),
                Optional.empty(),
                value,
                baseline,
                bound,
                rows,
                distance.definition(),
                Optional.of(column.verdict()),
                column.reason());
    }
}
