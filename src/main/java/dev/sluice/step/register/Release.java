package dev.sluice.step.register;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableVersion;
import dev.sluice.model.Part;
import dev.sluice.model.Trained;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepRecord;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the records of training and evaluation say of the model that is to be registered. */
final class Release {
    private static final String TEST = "test.";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StepRecord train;
    private final StepRecord evaluate;
    private final Trained trained;

    private Release(StepRecord train, StepRecord evaluate) {
        this.train = train;
        this.evaluate = evaluate;
        for (String fact :
                new String[] {"selected", "candidates", "models", "training", "keys", "features", "plan_hash"}) {
            fact(train, fact);
        }
        this.trained = Trained.of(train.result().facts());
        if (!fact(evaluate, "selected").equals(trained.selected())) {
            throw new SluiceException(
                    ErrorCode.INPUT_MISSING,
                    "evaluate judged " + fact(evaluate, "selected") + ", and training selected " + trained.selected()
                            + " since",
                    "run evaluate again, then register");
        }
    }

    /**
     * Reads the newest records of the interval.
     *
     * @throws SluiceException INPUT_MISSING when there are none, or when they lack something
     */
    static Release of(StepContext context) {
        return new Release(record(context, Step.TRAIN), record(context, Step.EVALUATE));
    }

    Trained trained() {
        return trained;
    }

    StepRecord training() {
        return train;
    }

    boolean passed() {
        return fact(evaluate, "verdict").equals("pass");
    }

    /** Number of the champion that it was compared with. */
    Optional<String> champion() {
        return Optional.ofNullable(evaluate.result().facts().get("champion"))
                .map(version -> version.substring(version.lastIndexOf('/') + 1));
    }

    /** Report of the evaluation, in the lake. */
    String report() {
        return fact(evaluate, "report");
    }

    /** What the model goes by, in the lake. */
    String explanation() {
        return fact(evaluate, "explanation");
    }

    long rows(Part part) {
        return Long.parseLong(fact(train, "rows_" + part.word()));
    }

    /** Parameters of the selected candidate, and what all candidates share. */
    Map<String, String> params() {
        Map<String, String> params = new TreeMap<>();
        String json = fact(train, "params." + trained.selected());
        try {
            params.putAll(JSON.readValue(json, new TypeReference<Map<String, String>>() {}));
        } catch (JsonProcessingException e) {
            throw missing(train, "params." + trained.selected(), "'" + json + "'", e);
        }
        params.put("candidate", trained.selected());
        params.put("features", String.join(",", trained.features()));
        params.put("seed", fact(train, "seed"));
        params.put("threshold", fact(train, "threshold"));
        return params;
    }

    /** The evaluation's metrics; those that the rows could not tell are NaN. */
    Map<String, Double> metrics() {
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("validate." + fact(train, "metric"), number(train, "validate." + trained.selected()));
        for (String fact : evaluate.result().facts().keySet()) {
            if (fact.startsWith(TEST) || fact.startsWith("champion.")) {
                metrics.put(fact, number(evaluate, fact));
            }
        }
        return metrics;
    }

    /** What both the run and the version are tagged with. */
    Map<String, String> tags(StepContext context) {
        Map<String, String> tags = new TreeMap<>();
        tags.put("sluice.pipeline", context.pipeline());
        tags.put("sluice.interval", context.interval().toString());
        tags.put("sluice.run", context.runId());
        tags.put("sluice.code", train.code());
        tags.put("sluice.feature_plan", trained.planHash());
        tags.put("sluice.training", trained.training().toString());
        tags.put(
                "sluice.read",
                train.result().read().stream().map(TableVersion::toString).collect(Collectors.joining(",")));
        tags.put("sluice.verdict", fact(evaluate, "verdict"));
        tags.put("sluice.gates", fact(evaluate, "gates"));
        evaluate.result().facts().forEach((fact, value) -> {
            if (fact.startsWith(TEST)) {
                tags.put(fact, value);
            }
        });
        return tags;
    }

    /** One sentence for people. */
    String description() {
        String metric = fact(train, "metric");
        return String.format(
                Locale.ROOT,
                "%s: %s %.4f on %,d test rows, gates %s",
                trained.selected(),
                metric,
                Double.parseDouble(fact(evaluate, TEST + metric)),
                Long.parseLong(fact(evaluate, "rows_test")),
                fact(evaluate, "gates"));
    }

    private static StepRecord record(StepContext context, Step step) {
        return context.history()
                .newest(step.word(), context.interval())
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.INPUT_MISSING,
                        "there is no record of " + step.word() + " for "
                                + context.interval().text(context.zone()),
                        "run " + step.word() + " for this interval first: sluice run --steps train,evaluate,register"));
    }

    private static double number(StepRecord record, String name) {
        String text = fact(record, name);
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw missing(record, name, "'" + text + "'", e);
        }
    }

    private static String fact(StepRecord record, String name) {
        String value = record.result().facts().get(name);
        if (value == null) {
            throw missing(record, name, "none", null);
        }
        return value;
    }

    private static SluiceException missing(StepRecord record, String name, String found, Exception cause) {
        return new SluiceException(
                ErrorCode.INPUT_MISSING,
                "the record of " + record.target() + " (run " + record.runId() + ", Sluice " + record.code()
                        + ") should say its " + name + ", found " + found,
                "it was written by another version of Sluice: run " + record.target() + " again with --force",
                cause);
    }
}
