package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.SparkTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

@SparkTest
class PreparationTest {
    private static final StructType SCHEMA = new StructType()
            .add("x", DataTypes.LongType)
            .add("flag", DataTypes.BooleanType)
            .add("kind", DataTypes.StringType);

    /** Levels by frequency: d 3, then b and c of 2 each by name, e and null rarer; x has the median 5. */
    @Test
    void numbersThenThePlacesOfTheMostFrequentLevelsThenOneForTheRest(SparkSession spark) {
        Dataset<Row> training = rows(
                spark,
                row(1L, true, "d"),
                row(5L, true, "d"),
                row(5L, true, "d"),
                row(9L, false, "c"),
                row(9L, false, "c"),
                row(1L, null, "b"),
                row(null, true, "b"),
                row(5L, true, "e"),
                row(5L, true, null));

        PipelineModel preparation = Preparation.fit(
                training, new ModelColumns(List.of("x", "flag"), List.of("kind")), XgboostTreesTest.PREPARE);

        assertThat(Slots.of(preparation)).isEqualTo(new Slots(List.of("x", "flag", "kind", "kind", "kind", "kind"), 2));
        assertThat(vectors(preparation.transform(rows(
                        spark,
                        row(2L, false, "d"),
                        row(null, null, "b"),
                        row(3L, true, "c"),
                        row(3L, true, "e"),
                        row(3L, true, "never seen"),
                        row(3L, true, null)))))
                .containsExactly(
                        List.of(2.0, 0.0, 1.0, 0.0, 0.0, 0.0),
                        List.of(5.0, 1.0, 0.0, 1.0, 0.0, 0.0),
                        List.of(3.0, 1.0, 0.0, 0.0, 1.0, 0.0),
                        List.of(3.0, 1.0, 0.0, 0.0, 0.0, 1.0),
                        List.of(3.0, 1.0, 0.0, 0.0, 0.0, 1.0),
                        List.of(3.0, 1.0, 0.0, 0.0, 0.0, 1.0));
    }

    private static Row row(Long x, Boolean flag, String kind) {
        return RowFactory.create(x, flag, kind);
    }

    private static Dataset<Row> rows(SparkSession spark, Row... rows) {
        return spark.createDataFrame(Arrays.asList(rows), SCHEMA).coalesce(1);
    }

    private static List<List<Double>> vectors(Dataset<Row> prepared) {
        List<List<Double>> vectors = new ArrayList<>();
        for (Row row : prepared.select(Preparation.FEATURES).collectAsList()) {
            vectors.add(Arrays.stream(row.<Vector>getAs(0).toArray()).boxed().toList());
        }
        return vectors;
    }
}
