package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What needs no session: the whole answer, word for word. */
final class MainTest {
    private static final String PIPELINE = "src/test/resources/pipelines/orders.yml";
    private static final String HERE = Path.of("").toAbsolutePath().toString();
    private static final String DAY = "2024-03-01/2024-03-02";

    @ParameterizedTest
    @MethodSource("wrongWords")
    void wrongWordsAreUsageErrors(String arguments, String problem, String help) {
        assertThat(Call.of(arguments.split(" "))).isEqualTo("64\nerror: " + problem + "\n" + help + "\n");
    }

    static Stream<Arguments> wrongWords() {
        return Stream.of(
                Arguments.of("rum", "Unmatched argument at index 0: 'rum'", "Did you mean: sluice run?"),
                Arguments.of(
                        "model",
                        "expected one of list, show, promote, rollback; found none",
                        "error: see: sluice model --help"),
                Arguments.of(
                        "run -p no/such.yml --job daily --interval " + DAY,
                        "USAGE: there is no pipeline file no/such.yml",
                        "  do: give -p the path of a pipeline file"),
                Arguments.of(
                        "validate -p no-such",
                        "USAGE: there is no pipeline file no-such nor conf/pipelines/no-such.yml",
                        "  do: give -p the path of a pipeline file"),
                Arguments.of(
                        "validate -p src/test/resources/pipelines",
                        "USAGE: expected a pipeline file, found the folder src/test/resources/pipelines",
                        "  do: give -p the path of a pipeline file"),
                Arguments.of(
                        "validate -p " + PIPELINE + " --env prod",
                        "USAGE: there is no environment overlay " + HERE + "/src/test/resources/env/prod.yml",
                        "  do: make the file, or leave --env out"),
                Arguments.of(
                        "run -p " + PIPELINE + " --job daily",
                        "Missing required option: '--interval=FROM/TO'",
                        "error: see: sluice run --help"),
                Arguments.of(
                        "run -p " + PIPELINE + " --interval " + DAY,
                        "USAGE: expected either --job or --steps, found neither",
                        "  do: jobs of the pipeline: daily"),
                Arguments.of(
                        "run -p " + PIPELINE + " --job daily --steps ingest --interval " + DAY,
                        "USAGE: expected either --job or --steps, found both",
                        "  do: jobs of the pipeline: daily"),
                Arguments.of(
                        "run -p " + PIPELINE + " --job dayly --interval " + DAY,
                        "USAGE: pipeline orders has no job 'dayly'; did you mean daily?",
                        "  do: jobs of the pipeline: daily"),
                Arguments.of(
                        "run -p " + PIPELINE + " --steps ingets --interval " + DAY,
                        "USAGE: there is no step 'ingets'; did you mean ingest?",
                        "  do: steps are ingest, profile, check, features, push, train, evaluate, register, score, monitor"),
                Arguments.of(
                        "run -p " + PIPELINE + " --job daily --interval 2024-03-02/2024-03-01",
                        "USAGE: an interval starts before it ends, found 2024-03-02T00:00:00Z/2024-03-01T00:00:00Z",
                        "  do: an interval is FROM/TO, such as 2013-01-01/2013-01-02"),
                Arguments.of(
                        "run -p " + PIPELINE + " --job daily --interval yesterday",
                        "USAGE: expected FROM/TO such as 2013-01-01/2013-01-02, found 'yesterday'",
                        "  do: an interval is FROM/TO, such as 2013-01-01/2013-01-02"),
                Arguments.of(
                        "backfill -p " + PIPELINE + " --job daily --from 2024-03-01 --to 2024-03-03 --chunk 2w",
                        "USAGE: expected --chunk such as 1d, 7d or all, found '2w'",
                        "  do: sluice backfill --help"),
                Arguments.of(
                        "quarantine show bronze.order -p " + PIPELINE,
                        "USAGE: pipeline orders ingests no table 'bronze.order'; did you mean bronze.orders?",
                        "  do: tables: bronze.orders"),
                Arguments.of(
                        "maintain -p " + PIPELINE + " --keep 6d",
                        "USAGE: expected --keep of at least 7d, since a file may belong to a commit that is still being made"
                                + " or to a version that is still being read, found 6d",
                        "  do: sluice maintain --help"),
                Arguments.of(
                        "maintain -p " + PIPELINE + " --target-size 128",
                        "USAGE: expected --target-size such as 64m, 128m or 1g, found '128'",
                        "  do: sluice maintain --help"),
                Arguments.of(
                        "maintain -p " + PIPELINE + " --zorder id",
                        "USAGE: expected one table beside --zorder, found none",
                        "  do: sluice maintain --help"),
                Arguments.of(
                        "maintain bronze.order -p " + PIPELINE + " --var lake=target/no-lake",
                        "USAGE: pipeline orders has no table 'bronze.order'; did you mean bronze.orders?",
                        "  do: tables: bronze.orders, bronze.orders__quarantine"),
                Arguments.of(
                        "status --run-id never -p " + PIPELINE + " --var lake=target/no-lake",
                        "USAGE: there is no run 'never' of pipeline orders in this lake",
                        "  do: sluice status -p orders names the runs"));
    }

    @Test
    void aVerbThatAPipelineHasNothingForIsAConfigurationError() {
        assertThat(Call.of("model", "list", "-p", PIPELINE))
                .isEqualTo(
                        """
                        78
                        error: PLAN_INVALID: pipeline orders registers no model
                          do: add the section register
                        """);
        assertThat(Call.of("generate", "feast", "-p", PIPELINE, "--out", "target/no-repository"))
                .isEqualTo(
                        """
                        78
                        error: PLAN_INVALID: pipeline orders serves no features
                          do: add the section push
                        """);
    }

    @Test
    void aValidPipelineIsCalledValid() {
        assertThat(Call.of("validate", "-p", PIPELINE)).isEqualTo("0\npipeline orders is valid\n");
    }

    @Test
    void everyProblemOfAFileIsToldAtOnce() {
        assertThat(Call.of("validate", "-p", PIPELINE, "--var", "rwa=x", "--param", "day=1"))
                .isEqualTo("78\nerror: " + PIPELINE
                        + ":1:1: params: expected one of the pipeline's params, found --param day\n"
                        + "error: " + PIPELINE
                        + ":3:1: vars: expected one of the pipeline's vars, found --var rwa; did you mean raw?\n"
                        + "error: 2 problems; nothing was started\n");
    }

    @Test
    void aSecretThatIsNotThereIsNamed() {
        assertThat(System.getenv(Trips.TOKEN)).isNull();
        assertThat(Call.of("validate", "-p", Trips.PIPELINE))
                .isEqualTo("78\nerror: " + Trips.PIPELINE + ":11:55: connections/models/token: expected the secret"
                        + " env/TRIPS_TOKEN, found none: the variable or file is not there\n"
                        + "error: 1 problem; nothing was started\n");
    }

    @Test
    void valuesAreShownWithTheirOrigin() {
        List<String> shown = Call.of("show", "config", "-p", PIPELINE, "--var", "raw=/data")
                .lines()
                .map(line -> line.replaceAll(" +#", " #"))
                .toList();
        assertThat(shown)
                .startsWith("0")
                .contains(
                        "pipeline = orders # " + PIPELINE + ":2:11",
                        "vars/raw = /data # --var raw",
                        "clock/interval = day # default",
                        "sources/orders/read/path = /data/orders_{yyyy-MM-dd}.csv # " + PIPELINE
                                + ":11:31, ${var:raw} --var raw");
    }
}
