package dev.sluice.adapter.deequ;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazon.deequ.suggestions.ConstraintSuggestionResult;
import com.amazon.deequ.suggestions.ConstraintSuggestionRunner;
import com.amazon.deequ.suggestions.Rules;
import dev.sluice.config.Check;
import dev.sluice.config.Measure;
import dev.sluice.core.Interval;
import dev.sluice.frame.Profiler;
import dev.sluice.port.CheckResult;
import dev.sluice.port.Judged;
import dev.sluice.quality.CheckSuggestions;
import dev.sluice.quality.CheckSuggestions.Suggestion;
import dev.sluice.stats.TableProfile;
import dev.sluice.testing.SparkTest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

/** Suggested checks hold on the rows they were made of, and are those that Deequ's own runner suggests. */
@SparkTest
class CheckSuggestionsTest {
    private static final int ROWS = 1000;

    @Test
    void deequsRunnerSuggestsTheSame(SparkSession spark) {
        Dataset<Row> rows = rows(spark).cache();
        Set<String> ours = new TreeSet<>();
        for (Suggestion suggestion : CheckSuggestions.of(Profiler.profile(rows), Set.of())) {
            // Forms of texts and keys are ours: of the latter Deequ has a rule that is no default.
            if (!(suggestion.check() instanceof Check.Matches) && !(suggestion.check() instanceof Check.Unique)) {
                ours.add(described(suggestion.check()));
            }
        }
        ConstraintSuggestionResult theirs = new ConstraintSuggestionRunner()
                .onData(rows)
                .addConstraintRules(Rules.DEFAULT())
                .run();
        Set<String> deequs = new TreeSet<>();
        JavaConverters.mapAsJavaMap(theirs.constraintSuggestions())
                .forEach((column, suggestions) -> JavaConverters.seqAsJavaList(suggestions)
                        .forEach(suggestion -> deequs.add(column.replace("`", "") + " "
                                + suggestion.suggestingRule().getClass().getSimpleName())));
        // What Deequ suggests besides, and we do not: numbers as categories, a bound of numbers that are texts, the
        // most frequent
        // values of a column whose values are suggested all.
        assertThat(deequs)
                .contains(
                        "amount CategoricalRangeRule",
                        "amount FractionalCategoricalRangeRule",
                        "digits NonNegativeNumbersRule",
                        "seldom FractionalCategoricalRangeRule");
        deequs.removeAll(Set.of(
                "amount CategoricalRangeRule",
                "amount FractionalCategoricalRangeRule",
                "digits NonNegativeNumbersRule",
                "seldom FractionalCategoricalRangeRule"));
        assertThat(ours).isEqualTo(deequs);
    }

    @Test
    void suggestedChecksHoldAndKeysAreTried(SparkSession spark) {
        Dataset<Row> rows =
                rows(spark).withColumn("o.d`d", functions.col("digits")).withColumn("p.q", functions.col("place"));
        TableProfile profile = Profiler.profile(rows);
        Map<String, Check> checks = new LinkedHashMap<>();
        CheckSuggestions.of(profile, Set.of()).forEach(made -> checks.put(made.name(), made.check()));
        assertThat(checks)
                .containsKeys(
                        "id_unique",
                        "nearly_unique",
                        "uuid_form",
                        "mail_form",
                        "a_b_complete",
                        "o_d_d_complete",
                        "p_q_values");
        Judged judged = new Judged(
                rows,
                profile,
                List.of(),
                Set.of(),
                new Interval(Instant.EPOCH, Instant.EPOCH.plusSeconds(1)),
                ZoneOffset.UTC,
                table -> {
                    throw new IllegalStateException("no suggestion looks into " + table);
                });
        List<CheckResult> results = new DeequChecks().evaluate(checks, judged);
        assertThat(results)
                .filteredOn(result -> result.status() != CheckResult.Status.PASS)
                .extracting(CheckResult::check)
                .containsExactly("nearly_unique");
    }

    private static String described(Check check) {
        if (check instanceof Check.Complete complete) {
            return complete.complete() + (complete.min() == 1 ? " CompleteIfCompleteRule" : " RetainCompletenessRule");
        } else if (check instanceof Check.ReadsAs reads) {
            return reads.column() + " RetainTypeRule";
        } else if (check instanceof Measure.Smallest smallest) {
            return smallest.smallest() + " NonNegativeNumbersRule";
        } else if (check instanceof Check.Expect expect) {
            String column = expect.expect().text().replaceFirst(" IN .*", "").replace("`", "");
            return column + (expect.min() == 1 ? " CategoricalRangeRule" : " FractionalCategoricalRangeRule");
        }
        throw new IllegalStateException("not compared: " + check);
    }

    private static Dataset<Row> rows(SparkSession spark) {
        Random random = new Random(1);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(RowFactory.create(
                    "k" + i,
                    "n" + (i == 7 ? 8 : i),
                    random.nextInt(10) == 0 ? null : random.nextGaussian(),
                    random.nextInt(100),
                    List.of("north", "south", "it's", "back\\slash").get(random.nextInt(4)),
                    random.nextInt(50) == 0
                            ? "rare" + random.nextInt(30)
                            : List.of("a", "b").get(random.nextInt(2)),
                    String.valueOf(random.nextInt(1_000_000)),
                    random.nextInt(10) == 0 ? "x" : null,
                    new java.util.UUID(random.nextLong(), random.nextLong()).toString(),
                    "p" + random.nextInt(500) + "@example.org",
                    random.nextBoolean()));
        }
        return spark.createDataFrame(
                rows,
                new StructType()
                        .add("id", DataTypes.StringType)
                        .add("nearly", DataTypes.StringType)
                        .add("signed", DataTypes.DoubleType)
                        .add("amount", DataTypes.IntegerType)
                        .add("place", DataTypes.StringType)
                        .add("skewed", DataTypes.StringType)
                        .add("digits", DataTypes.StringType)
                        .add("seldom", DataTypes.StringType)
                        .add("uuid", DataTypes.StringType)
                        .add("mail", DataTypes.StringType)
                        .add("a b", DataTypes.BooleanType));
    }
}
