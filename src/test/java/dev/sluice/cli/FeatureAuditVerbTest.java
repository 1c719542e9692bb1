package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Audits from the command line, and the gate that asks for them. */
@SparkTest
final class FeatureAuditVerbTest {
    private static final String HONEST = "known_at: at + interval 1 hour, over: 1d";

    /** A lag that only the rows can tell. */
    private static final String TOO_EARLY = "known_at: \"at + make_interval(0, 0, 0, 0, 0, 1, 0)\", over: 1d";

    @TempDir
    private Path folder;

    private Path file;
    private String pipeline;
    private int judged;

    @BeforeEach
    void trips() throws IOException {
        Trips.write(folder.resolve("raw"));
        String text = Files.readString(Path.of(Trips.PIPELINE))
                .replace("raw: raw", "raw: " + folder.resolve("raw"))
                .replace("lake: lake", "lake: " + folder.resolve("lake"))
                .replaceAll("(?m)^  (models|spare): .*\n", "");
        file = folder.resolve("trips.yml");
        pipeline = text.substring(0, text.indexOf("register:\n")) + "  no_leak: {leakage: {max_of_label: 0.6}}\n"
                + "jobs:\n  line: {steps: [ingest, features, train, evaluate]}\n";
        Files.writeString(file, pipeline);
    }

    @Test
    void aModelPassesOnceItsFeaturesWereAudited(SparkSession spark) throws IOException {
        assertThat(call("run", "--job", "line", "--interval", Trips.INTERVAL))
                .startsWith("0\n")
                .contains("gate no_leak: fail");

        assertThat(call("feature", "audit", "--interval", "2030-01-01/2030-01-02"))
                .startsWith("0\n")
                .contains("no row has a decision time, so nothing is shown");
        assertThat(call("run", "--steps", "evaluate", "--interval", Trips.INTERVAL, "--force"))
                .as("an audit of no rows passes no gate")
                .contains("gate no_leak: fail");

        assertThat(call("feature", "audit"))
                .startsWith("0\n")
                .contains("no feature changes with what became known after 2024-03-")
                .contains("gold.features, 2024-03-01/2024-03-11: 796 rows, 4 features, plan ")
                .containsPattern("(?m)^ +late_1d +\\d+\\.\\d %$")
                .contains("stored rows are those that the tables give now");

        assertThat(call("run", "--steps", "evaluate", "--interval", Trips.INTERVAL, "--force"))
                .startsWith("0\n")
                .contains("gate no_leak: pass");
        Row record = spark.read()
                .format("delta")
                .load(folder.resolve("lake/_sluice/feature_audits").toString())
                .where("rows > 0")
                .first();
        assertThat(record.<String>getAs("pipeline")).isEqualTo("trips");
        assertThat(record.<Long>getAs("rows")).isEqualTo(796);
        assertThat(record.<Long>getAs("leaks")).isZero();
        assertThat(record.<String>getList(record.fieldIndex("read"))).containsExactly("bronze.trips@0");

        Files.writeString(file, pipeline.replace(HONEST, "known_at: at + interval 2 hours, over: 1d"));
        assertThat(call("feature", "audit", "--cuts", "1"))
                .as("stored rows of another definition are no rows that were changed")
                .startsWith("0\n")
                .contains("nothing of this interval was stored by this definition, to compare with");
    }

    /** The set holds the outcome of the very trip that is decided, which an audit of the features takes as it was stored. */
    @Test
    void aModelPassesOnlyOnceTheSetsThatItsFeaturesAreMadeFromWereAuditedToo(SparkSession spark) throws IOException {
        Path places = folder.resolve("places.yml");
        String leaking = "known_at: at, over: 2d";
        String sets =
                """
                format: 1
                pipeline: places
                connections: {lake: {kind: delta, root: "%s"}}
                clock: {zone: UTC}
                spark: {conf: {spark.master: "local[2]", spark.sql.shuffle.partitions: 2}}
                feature_sets:
                  places:
                    table: gold.places
                    spine: {from: bronze.trips, key: [place], as_of: at, keep: [day], never: [late]}
                    windows:
                      - {from: bronze.trips, by: [place], time: at, %s, take: {late_2d: avg(late)}}
                    write: {mode: replace_interval, by: day}
                """;
        Files.writeString(places, sets.formatted(folder.resolve("lake"), leaking));
        Files.writeString(
                file,
                pipeline.replace("features:\n  table", "uses_sets: [places.yml]\nfeatures:\n  table")
                        .replace(
                                "  windows:\n",
                                "  as_of_joins:\n    - {from: gold.places, keys: {place: place}, time: as_of, known_at:"
                                        + " as_of, take: {late_2d: late_2d}}\n  windows:\n"));

        assertThat(call("run", "--steps", "ingest", "--interval", Trips.INTERVAL))
                .startsWith("0\n");
        assertThat(callOf(places, "run", "--steps", "features", "--interval", Trips.INTERVAL))
                .startsWith("0\n");
        assertThat(call("run", "--steps", "features,train", "--interval", Trips.INTERVAL))
                .startsWith("0\n");
        assertThat(call("feature", "audit", "--cuts", "1")).startsWith("0\n").contains("no feature changes");
        assertThat(judged(spark))
                .matches("fail an audit of gold.places__[0-9a-f]{8}, which these features are made from,"
                        + " of which there is none: sluice feature audit");

        assertThat(callOf(places, "feature", "audit", "--cuts", "1"))
                .startsWith("65\n")
                .contains("late_2d leaks: 1 of ");
        assertThat(judged(spark))
                .matches("fail no feature that leaks, such as late_2d of gold.places__[0-9a-f]{8}, .*");

        Files.writeString(places, sets.formatted(folder.resolve("lake"), "known_at: at + interval 1 hour, over: 2d"));
        assertThat(callOf(places, "run", "--steps", "features", "--interval", Trips.INTERVAL))
                .startsWith("0\n");
        assertThat(call("run", "--steps", "features,train", "--interval", Trips.INTERVAL))
                .startsWith("0\n");
        assertThat(call("feature", "audit", "--cuts", "1")).startsWith("0\n");
        assertThat(judged(spark))
                .as("an audit of another version of the set is none of this one")
                .startsWith("fail an audit of gold.places__");
        assertThat(callOf(places, "feature", "audit", "--cuts", "1")).startsWith("0\n");
        assertThat(judged(spark)).startsWith("pass no feature that leaks");
    }

    /** Evaluates again; verdict and expectation of the gate. */
    private String judged(SparkSession spark) {
        String run = "judged_" + judged++;
        assertThat(call("run", "--steps", "evaluate", "--interval", Trips.INTERVAL, "--force", "--run-id", run))
                .startsWith("0\n");
        return spark.read()
                .format("delta")
                .load(folder.resolve("lake/_sluice/gates").toString())
                .where("gate = 'no_leak' and run_id = '" + run + "'")
                .selectExpr("verdict || ' ' || expected")
                .first()
                .getString(0);
    }

    @Test
    void aWindowThatKnowsTooEarlyIsNamedAndMadeAgainWithoutValuesThatNobodyMaySee() throws IOException {
        assertThat(call("run", "--steps", "ingest", "--interval", Trips.INTERVAL))
                .startsWith("0\n");
        assertThat(pipeline).contains(HONEST);
        Files.writeString(file, pipeline.replace(HONEST, "known_at: at, over: 1d"));
        assertThat(call("validate"))
                .startsWith("78\n")
                .contains("expected a time not before that of features/label/known_at (at + interval 1 hour), since it"
                        + " is read when late of other rows is known, found at");
        Files.writeString(file, pipeline.replace(HONEST, TOO_EARLY));

        assertThat(call("feature", "audit"))
                .startsWith("66\n")
                .contains("no interval of gold.features was made yet", "--interval FROM/TO");
        String told = call("feature", "audit", "--interval", Trips.INTERVAL, "--cuts", "2");
        assertThat(told)
                .startsWith("65\n")
                .containsPattern(
                        "late_1d leaks: \\d+ of \\d+ rows decided by 2024-03-\\S+Z change with what became"
                                + " known later, such as \\{\"id\":\"t\\d+\",\"as_of\":\"2024-03-\\S+Z\"}: 0\\.\\d+, otherwise ")
                .contains("nothing of this interval was stored by this definition, to compare with")
                .contains("FEATURES_LEAK: expected features that do not change with what becomes known after the"
                        + " decision, found late_1d of gold.features");

        Files.writeString(
                folder.resolve("trips-contract.yml"),
                "format: 1\ncolumns: {late: {type: int, sensitive: true}, id: {type: string, sensitive: true}}\n");
        Files.writeString(
                file,
                pipeline.replace(HONEST, TOO_EARLY)
                        .replace("    from: trips\n", "    from: trips\n    contract: trips-contract.yml\n"));
        assertThat(call("feature", "audit", "--interval", Trips.INTERVAL, "--cuts", "1", "--format", "json"))
                .startsWith("65\n")
                .containsPattern("\"late_1d\":\\{\"of_label\":0\\.\\d+,\"leak\":\\{\"cut\":\"[^\"]+\",\"rows\":\\d+,"
                        + "\"key\":\"\\*\\*\\*\",\"value\":\"\\*\\*\\*\",\"otherwise\":\"\\*\\*\\*\"}}")
                .doesNotContain("\"id\\\":");
    }

    @Test
    void whatCannotBeAskedForIsSaid() {
        assertThat(call("feature", "audit", "--cuts", "0"))
                .startsWith("64\n")
                .contains("expected --cuts from 1 to 100, found 0");
        assertThat(call("feature", "audit", "--table", "gold.feature"))
                .startsWith("64\n")
                .contains("makes no features in a table 'gold.feature'; did you mean gold.features?");
        assertThat(call("feature", "audit", "--interval", Trips.INTERVAL))
                .startsWith("66\n")
                .contains("there is no table bronze.trips yet");
    }

    private String call(String... words) {
        return callOf(file, words);
    }

    private static String callOf(Path pipeline, String... words) {
        return Call.of(Stream.concat(Stream.of(words), Stream.of("-p", pipeline.toString()))
                .toArray(String[]::new));
    }
}
