package dev.sluice;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.config.Features;
import dev.sluice.config.Gate;
import dev.sluice.config.Metric;
import dev.sluice.config.Register;
import dev.sluice.config.Score;
import dev.sluice.config.Sql;
import dev.sluice.config.Train;
import dev.sluice.config.Train.Candidate;
import dev.sluice.config.Write;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.model.Generated;
import dev.sluice.model.Loans;
import dev.sluice.model.RegisteredModels;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.step.evaluate.EvaluateWork;
import dev.sluice.step.features.FeaturesWork;
import dev.sluice.step.register.RegisterWork;
import dev.sluice.step.score.ScoreWork;
import dev.sluice.step.train.TrainWork;
import dev.sluice.testing.InMemoryRegistry;
import dev.sluice.testing.SparkTest;
import dev.sluice.testing.TemporaryLake;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Rows as nobody wants them, in training, and in scoring by a model of usual rows. */
@SparkTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadTrainingRowsTest {
    @TempDir
    static Path root;

    private final InMemoryRegistry registry = new InMemoryRegistry();
    private SparkSession spark;
    private TemporaryLake usual;
    private int made;

    @BeforeAll
    void aModelOfUsualRows(SparkSession session) {
        spark = session;
        usual = new TemporaryLake(spark, root.resolve("usual"));
        Loans.put(usual, rows());
        run(usual, training());
        run(usual, evaluation());
        run(
                usual,
                new RegisterWork(
                        new Register(
                                "mlflow", "loans", new Register.Outcome("champion"), new Register.Outcome("rejected")),
                        Optional.of("loans"),
                        registry));
    }

    @Test
    void noRows() {
        Dataset<Row> none = rows().where("false");

        assertThat(refused(none))
                .isEqualTo("NOT_ENOUGH_DATA: rows to train on lie on 0 dates; train, validate and test need one each");
        assertThat(scored(none)).isEqualTo("0 rows");
    }

    @Test
    void oneRow() {
        Dataset<Row> one = rows().where("id = 1000");

        assertThat(refused(one))
                .isEqualTo(
                        "NOT_ENOUGH_DATA: rows to train on lie on 1 dates [2024-01-26]; train, validate and test need one"
                                + " each");
        assertThat(scored(one)).isEqualTo("1 rows");
    }

    @Test
    void aRowForEachPart() {
        assertThat(refused(rows().where("id IN (600, 1000, 1500)")))
                .isEqualTo(
                        "NOT_ENOUGH_DATA: each of train, validate and test needs rows with label 1 and with label 0, found"
                                + " train 1 of 1 rows with label 1, validate 0 of 0 rows with label 1, test 0 of 0 rows with label 1");
    }

    @Test
    void aNumberWithoutAnyValue() {
        Dataset<Row> rows = rows().withColumn("x", lit(null).cast("double"));

        assertThat(refused(rows))
                .isEqualTo(
                        "TRAINING_FAILED: features look wrong in the training rows: x has no finite value in any training row");
        assertThat(scored(rows)).isEqualTo("2000 rows");
    }

    @Test
    void infiniteNumbersAreFilledLikeMissingOnes() {
        for (String infinite : List.of("Infinity", "-Infinity", "NaN")) {
            Dataset<Row> rows = rows().withColumn("x", expr("if(id % 7 = 0, double('" + infinite + "'), x)"));
            Dataset<Row> missing = rows().withColumn("x", expr("if(id % 7 = 0, NULL, x)"));

            assertThat(trained(rows)).as(infinite).isEqualTo(trained(missing));
            assertThat(probabilities(rows)).as(infinite).isEqualTo(probabilities(missing));
        }
    }

    @Test
    void aNumberThatIsNeverFinite() {
        assertThat(refused(rows().withColumn("x", expr("if(id % 2 = 0, double('Infinity'), double('NaN'))"))))
                .isEqualTo(
                        "TRAINING_FAILED: features look wrong in the training rows: x has no finite value in any training row");
    }

    @Test
    void aCategoryWithoutAnyValue() {
        Dataset<Row> rows = rows().withColumn("kind", lit(null).cast("string"));

        assertThat(trained(rows)).isEqualTo("logreg 0.8180, prior 0.4917");
        assertThat(scored(rows)).isEqualTo("2000 rows");
    }

    @Test
    void featuresThatAreAlwaysTheSame() {
        Dataset<Row> rows = rows().withColumn("x", lit(5.0))
                .withColumn("n", lit(5))
                .withColumn("flag", lit(true))
                .withColumn("kind", lit("a"))
                .withColumn("noise", lit(5.0));

        assertThat(trained(rows)).as("as good as none").isEqualTo("prior 0.4917, logreg 0.4917");
        assertThat(scored(rows)).isEqualTo("2000 rows");
    }

    @Test
    void labelsOfOneClass() {
        assertThat(refused(rows().withColumn("label", lit(1.0))))
                .isEqualTo(
                        "NOT_ENOUGH_DATA: each of train, validate and test needs rows with label 1 and with label 0, found"
                                + " train 1080 of 1080 rows with label 1, validate 120 of 120 rows with label 1, test 161 of 161"
                                + " rows with label 1");
    }

    @Test
    void labelsThatAreMissing() {
        assertThat(refused(rows().withColumn("label", lit(null).cast("double"))))
                .isEqualTo("NOT_ENOUGH_DATA: rows to train on lie on 0 dates; train, validate and test need one each");
        assertThat(refused(rows().withColumn("label", lit(Double.NaN))))
                .isEqualTo("PLAN_INVALID: 1361 labels are neither 0 nor 1");
        assertThat(refused(rows().drop("label"))).startsWith("PLAN_INVALID: cannot read label bad: ");
    }

    @Test
    void labelsOfTheFuture() {
        assertThat(refused(later(rows(), 60)))
                .isEqualTo("NOT_ENOUGH_DATA: rows to train on lie on 0 dates; train, validate and test need one each");
    }

    @Test
    void aKeyWithoutValueIsAKey() {
        Dataset<Row> one = rows().withColumn("id", when(col("id").notEqual(1000), col("id")));

        TemporaryLake lake = lake(one);
        StepResult trained = run(lake, training());
        assertThat(lake.tables()
                        .read(trained.wrote().get(0))
                        .where("id IS NULL")
                        .count())
                .isEqualTo(1);
        assertThat(scored(one)).isEqualTo("2000 rows");
    }

    @Test
    void keysWithoutValue() {
        Dataset<Row> rows = rows().withColumn("id", when(col("id").mod(4).gt(0), col("id")));

        assertThat(refused(rows))
                .isEqualTo(
                        "INPUT_MALFORMED: rows of gold.loan_features share 1 key (id), such as {\"id\":null}: which label is whose cannot be told");
        assertThat(scored(rows)).isEqualTo("2000 rows");
    }

    @Test
    void keysThatRepeat() {
        Dataset<Row> rows = rows().withColumn("id", col("id").minus(col("id").mod(2)));

        assertThat(refused(rows))
                .isEqualTo(
                        "INPUT_MALFORMED: rows of gold.loan_features share 761 keys (id), such as {\"id\":1000}: which label is whose cannot be told");
        assertThat(scored(rows)).isEqualTo("2000 rows");
    }

    @Test
    void featuresThatAreKnownAfterTheLabelsOnly() {
        TemporaryLake lake = lake(rows());
        lake.put("silver.bureau", later(rows(), 60).selectExpr("id", "as_of", "x AS score"));
        Features joined = joined();

        StepResult made = run(lake, new FeaturesWork(joined));

        assertThat(lake.tables()
                        .read(made.wrote().get(0))
                        .groupBy("score", "bureau_missing")
                        .count()
                        .collectAsList())
                .extracting(Row::toString)
                .containsExactly("[null,1.0,2000]");
        assertThat(refused(lake, new TrainWork(joined, trains(), 0.3)))
                .isEqualTo(
                        "TRAINING_FAILED: features look wrong in the training rows: score has no finite value in any training"
                                + " row");
    }

    @Test
    void aKeyWithoutValueMeetsNoRow() {
        TemporaryLake lake = lake(rows().withColumn("id", when(col("id").mod(4).gt(0), col("id"))));
        lake.put("silver.bureau", rows().selectExpr("nullif(id, 4) AS id", "as_of", "x AS score"));

        StepResult made = run(lake, new FeaturesWork(joined()));

        assertThat(lake.tables()
                        .read(made.wrote().get(0))
                        .selectExpr("id IS NULL", "bureau_missing")
                        .groupBy("(id IS NULL)", "bureau_missing")
                        .count()
                        .collectAsList())
                .extracting(Row::toString)
                .containsExactlyInAnyOrder("[true,1.0,500]", "[false,0.0,1500]");
    }

    @Test
    void aCategoryOfManyLevelsAndOneThatTrainingHasNotSeen() {
        Dataset<Row> rows = rows().withColumn("kind", concat(lit("level "), col("id")));

        assertThat(trained(rows)).isEqualTo("logreg 0.8178, prior 0.4917");
        assertThat(probabilities(rows().withColumn("kind", lit("never seen"))))
                .as("as one without value")
                .isEqualTo(probabilities(rows().withColumn("kind", lit(null).cast("string"))));
    }

    @Test
    void aFeatureTableThatIsNotOfThePlan() {
        Dataset<Row> text = rows().withColumn("x", col("x").cast("string"));
        String expected = "INPUT_MALFORMED: gold.loan_features does not hold the features of this pipeline: ";
        for (Dataset<Row> table : List.of(text, rows().drop("x"))) {
            TemporaryLake lake = lake(rows());
            lake.put(Loans.FEATURES.text(), table);
            String told =
                    expected + "expected x of type double, found " + (table == text ? "string" : "no such column");
            assertThat(refused(lake, training())).isEqualTo(told);
            Loans.put(usual, rows());
            usual.put(Loans.FEATURES.text(), table);
            assertThat(refused(usual, scoring())).isEqualTo(told);
        }
    }

    @Test
    void aSourceWhoseColumnsChanged() {
        Dataset<Row> text = rows().withColumn("x", col("x").cast("string"));
        Dataset<Row> gone = rows().drop("x");

        Loans.put(usual, text);
        assertThat(refused(usual, scoring()))
                .startsWith("PLAN_INVALID: model loans/1 was trained on features of plan ");
        usual.put("silver.loans", gone);
        assertThat(refused(usual, scoring())).startsWith("PLAN_INVALID: cannot read the spine silver.loans: ");
        assertThat(probabilities(rows().withColumn("more", lit(1))))
                .as("a column more changes nothing")
                .isEqualTo(probabilities(rows()));
    }

    @Test
    void keysOfAnyName() {
        // Spaces, commas and brackets are what Delta refuses.
        String name = "id`s.\"№\"🚢select";
        Features loans = Loans.features();
        Features named = new Features(
                loans.table(),
                new Features.Spine(
                        loans.spine().from(), List.of(name), loans.spine().asOf(), List.of(), List.of()),
                loans.label(),
                loans.take(),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                loans.write());
        TemporaryLake lake = lake(rows());
        lake.put("silver.loans", rows().withColumnRenamed("id", name));
        lake.put(Loans.FEATURES.text(), rows().drop("label").withColumnRenamed("id", name));

        StepResult trained = run(lake, new TrainWork(named, trains(), 0.3));

        assertThat(trained.facts()).containsEntry("rows_train", "1080");
    }

    private static Features joined() {
        Features loans = Loans.features();
        return new Features(
                new TableName("gold.joined"),
                loans.spine(),
                loans.label(),
                Map.of("kind", new Sql("kind")),
                List.of(),
                List.of(new Features.AsOfJoin(
                        new TableName("silver.bureau"),
                        Map.of("id", "id"),
                        new Sql("as_of"),
                        new Sql("as_of"),
                        Optional.empty(),
                        Map.of("score", new Sql("score")),
                        Features.Missing.FLAG)),
                List.of(),
                Map.of(),
                loans.write());
    }

    private Dataset<Row> rows() {
        return Generated.rows(spark, 2_000, 50, 1);
    }

    private static Dataset<Row> later(Dataset<Row> rows, int days) {
        return rows.withColumn("as_of", expr("as_of + INTERVAL " + days + " DAYS"));
    }

    private static TrainWork training() {
        return new TrainWork(Loans.features(), trains(), 0.3);
    }

    private static Train trains() {
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        candidates.put("prior", new Candidate.Majority());
        candidates.put("logreg", new Candidate.LogisticRegression(Map.of("maxIter", List.of(5.0))));
        return Loans.train(candidates, Loans.noGuards());
    }

    private static EvaluateWork evaluation() {
        Gate gate = new Gate.OfMetric(
                Metric.F1,
                Optional.of(0.1),
                Optional.empty(),
                Optional.empty(),
                0,
                Gate.Absent.PASS,
                Optional.empty(),
                1);
        return new EvaluateWork(
                TrainWork.trainingTable(Loans.FEATURES),
                Map.of("useful", gate),
                0.3,
                Optional.empty(),
                report -> "<html></html>");
    }

    /** To another table each time: what was scored is not scored again. */
    private ScoreWork scoring() {
        TableName table = new TableName("gold.scored" + made++);
        return new ScoreWork(
                new Score("loans@champion", table, List.of(), 0.3, Map.of(), new Write.Overwrite(List.of())),
                Loans.features(),
                new RegisteredModels(registry, usual.storage()));
    }

    private static StepResult run(TemporaryLake lake, Work work) {
        return lake.run(work, Loans.INTERVAL, ZoneOffset.UTC);
    }

    private TemporaryLake lake(Dataset<Row> rows) {
        TemporaryLake lake = new TemporaryLake(spark, root.resolve("lake" + made++));
        Loans.put(lake, rows);
        return lake;
    }

    /** What training refuses such rows with. */
    private String refused(Dataset<Row> rows) {
        return refused(lake(rows), training());
    }

    private static String refused(TemporaryLake lake, Work work) {
        SluiceException refused = catchThrowableOfType(SluiceException.class, () -> run(lake, work));
        return refused.code() + ": " + refused.getMessage();
    }

    /** The candidate that is selected, then the other one, each with its metric on the validation rows. */
    private String trained(Dataset<Row> rows) {
        Map<String, String> facts = run(lake(rows), training()).facts();
        String selected = facts.get("selected");
        return Stream.of(selected, selected.equals("prior") ? "logreg" : "prior")
                .map(name -> String.format(Locale.ROOT, "%s %.4f", name, Double.valueOf(facts.get("validate." + name))))
                .collect(Collectors.joining(", "));
    }

    /** How many rows the usual model scores, each with a probability. */
    private String scored(Dataset<Row> rows) {
        return probabilities(rows).size() + " rows";
    }

    private List<Double> probabilities(Dataset<Row> rows) {
        Loans.put(usual, rows);
        StepResult result = run(usual, scoring());
        Dataset<Row> predictions = usual.tables().read(result.wrote().get(0));
        List<Double> probabilities = predictions.orderBy("id", "as_of").select("probability").collectAsList().stream()
                .map(row -> row.getDouble(0))
                .toList();
        assertThat(probabilities).allMatch(p -> p >= 0 && p <= 1);
        return probabilities;
    }
}
