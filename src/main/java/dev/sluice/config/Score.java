package dev.sluice.config;

import dev.sluice.core.TableName;
import java.util.List;
import java.util.Map;

@Doc("How an interval is scored.")
public record Score(
        @Doc("Model: NAME@ALIAS or NAME/VERSION; resolved once, at the start of the run.") String model,
        @Doc("Table of predictions.") TableName table,
        @Doc("Columns of the feature table that are kept beside the prediction.") List<String> keep,
        @Doc("Probability from which the decision is 1.") @Default("0.5") double threshold,
        @Doc("What is true of the predictions, by check name.") Map<String, Check> checks,
        @Doc("How rows are written.") Write write) {
    public Score {
        keep = List.copyOf(keep);
        checks = Ordered.copy(checks);
        Invalid.unless(
                model.matches("[^@/]+(@[\\w-]+|/\\d+)"),
                "model",
                "expected NAME@ALIAS or NAME/VERSION, found '" + model + "'");
        Invalid.unless(
                threshold > 0 && threshold < 1,
                "threshold",
                "expected a probability between 0 and 1, found " + threshold);
    }
}
