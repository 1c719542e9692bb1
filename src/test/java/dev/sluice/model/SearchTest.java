package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Metric;
import dev.sluice.config.Train;
import dev.sluice.config.Train.Candidate;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.model.Search.Fit;
import dev.sluice.model.Search.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SearchTest {
    private static final List<Trial> TRIALS = Trial.all(candidates());

    @Test
    void aGridIsEveryCombinationInOrder() {
        assertThat(TRIALS)
                .extracting(Trial::toString)
                .containsExactly(
                        "prior 1/1",
                        "logreg 1/4 (regParam=0.1, maxIter=10.0)",
                        "logreg 2/4 (regParam=0.1, maxIter=20.0)",
                        "logreg 3/4 (regParam=0.2, maxIter=10.0)",
                        "logreg 4/4 (regParam=0.2, maxIter=20.0)");
    }

    @Test
    void outcomesStandInTheOrderOfTheTrialsAndTiesGoToTheFirst() {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        Search<String> search = Search.run(
                TRIALS,
                settings(Metric.AREA_UNDER_PR, 4, "PT1H", 0.5),
                trial -> new Fit<>(trial.toString(), 1, trial.number() == 3 ? 0.7 : 0.6),
                outcome -> told.add(outcome.trial().toString()));

        assertThat(search.outcomes()).extracting(Search.Outcome::trial).isEqualTo(TRIALS);
        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(
                        TRIALS.stream().map(Trial::toString).toList());
        assertThat(search.best().fit().orElseThrow().model()).startsWith("logreg 3/4");
        assertThat(search.bestOfEach().keySet()).containsExactly("prior", "logreg");
        assertThat(run(Metric.LOG_LOSS, 0.5, 0.4, 0.4, 0.9, 0.4).best().trial()).isEqualTo(TRIALS.get(1));
        assertThat(run(Metric.F1, Double.NaN, 0.1, 0.1, Double.NaN, 0.0).best().trial())
                .isEqualTo(TRIALS.get(1));
    }

    @Test
    void aFailureIsAnOutcomeWithItsFirstWords() {
        Search<String> search = Search.run(
                TRIALS,
                settings(Metric.F1, 2, "PT1H", 0.3),
                trial -> {
                    if (trial.candidate().equals("prior")) {
                        throw new IllegalStateException("no luck\n\tat some.Class");
                    }
                    return new Fit<>("", 1, 1);
                },
                outcome -> {});

        assertThat(search.outcomes().get(0).status()).isEqualTo(Status.FAILED);
        assertThat(search.outcomes().get(0).error()).isEqualTo("no luck");
        assertThat(search.best().trial()).isEqualTo(TRIALS.get(1));
        assertThat(search.bestOfEach()).containsOnlyKeys("logreg");
    }

    @Test
    void whatIsNotStartedInTimeSaysSo() {
        Search<String> search =
                Search.run(TRIALS, settings(Metric.F1, 1, "PT0S", 0.3), trial -> new Fit<>("", 1, 1), outcome -> {});

        assertThat(search.outcomes()).extracting(Search.Outcome::status).containsOnly(Status.TIMEOUT);
        assertThatThrownBy(search::best)
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TRAINING_FAILED))
                .hasMessage(
                        "0 of 5 trials failed and 5 were not started in time (search.max_failed 0.3, search.timeout PT0S)");
    }

    private static Search<String> run(Metric metric, double... values) {
        return Search.run(
                TRIALS,
                settings(metric, 1, "PT1H", 0.3),
                trial -> new Fit<>("", 0, values[TRIALS.indexOf(trial)]),
                outcome -> {});
    }

    private static Train.Search settings(Metric metric, int parallelism, String timeout, double maxFailed) {
        return new Train.Search(metric, parallelism, Duration.parse(timeout), maxFailed);
    }

    private static Map<String, Candidate> candidates() {
        Map<String, List<Double>> grid = new LinkedHashMap<>();
        grid.put("regParam", List.of(0.1, 0.2));
        grid.put("maxIter", List.of(10.0, 20.0));
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        candidates.put("prior", new Candidate.Majority());
        candidates.put("logreg", new Candidate.LogisticRegression(grid));
        return candidates;
    }
}
