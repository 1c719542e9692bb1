package dev.sluice.step.monitor;

import dev.sluice.config.Monitor.Limits;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Psi;
import dev.sluice.stats.TableProfile;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** How far the scored rows are from the rows that the model was trained on. */
final class Drift {
    static final String DEFINITION = "psi: reference deciles or values, null and NaN apart, zero share as 1e-4";

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
            return notJudged(column, scored, "the training profile of the model has no such column");
        }
        if (scored.rows() < limits.minRows()) {
            return notJudged(column, scored, scored.rows() + " rows, min_rows " + limits.minRows());
        }
        ColumnProfile reference = training.get();
        boolean comparable = reference.kind().isNumber() ? scored.kind().isNumber() : reference.kind() == scored.kind();
        if (!comparable) {
            return notJudged(column, scored, "of type " + scored.type() + ", in training " + reference.type());
        }
        OptionalDouble psi = Psi.of(reference, scored);
        if (psi.isEmpty()) {
            return notJudged(column, scored, "its values cannot be put into buckets");
        }
        return judged(column, limits, scored, psi.getAsDouble());
    }

    private static Measurement judged(String column, Limits limits, ColumnProfile scored, double psi) {
        Verdict verdict = psi > limits.breach() ? Verdict.BREACH : psi > limits.warn() ? Verdict.WARN : Verdict.OK;
        double bound = verdict == Verdict.BREACH ? limits.breach() : limits.warn();
        return measurement(
                column,
                scored,
                OptionalDouble.of(psi),
                OptionalDouble.of(bound),
                verdict,
                String.format(Locale.ROOT, "psi %.4f, %s %s", psi, verdict == Verdict.OK ? "at most" : "above", bound));
    }

    private static Measurement notJudged(String column, ColumnProfile scored, String reason) {
        return measurement(column, scored, OptionalDouble.empty(), OptionalDouble.empty(), Verdict.NOT_JUDGED, reason);
    }

    private static Measurement measurement(
            String column,
            ColumnProfile scored,
            OptionalDouble psi,
            OptionalDouble bound,
            Verdict verdict,
            String reason) {
        // The distance of the training rows to themselves is the baseline.
        return new Measurement(
                Measurement.Kind.DRIFT,
                column,
                Optional.empty(),
                psi,
                OptionalDouble.of(0),
                bound,
                scored.rows(),
                DEFINITION,
                Optional.of(verdict),
                reason);
    }
}
