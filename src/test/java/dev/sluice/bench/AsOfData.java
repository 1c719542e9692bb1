package dev.sluice.bench;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lead;
import static org.apache.spark.sql.functions.lit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Decisions about entities, and a history of them. All of an entity's rows have different times, and all columns have values,
 * so that peers that are less exact find the same. A row is valid until the next one of its entity.
 *
 * @param folder for all of them
 * @param depth rows of each entity
 * @param skewed whether one entity has 30% of the rows and 10% of the labels
 */
record AsOfData(Path folder, int labels, int rows, int depth, int columns, boolean skewed) {
    static final int DAYS = 30;
    private static final String TIME =
            "timestamp_micros(1700000000000000 + pmod(xxhash64(id, %d), " + DAYS + " * 8640) * 10000000 + id)";

    /** Makes the files where they are not there. */
    void files() {
        int entities = rows / depth;
        if (!Files.exists(featureFiles().resolve("_SUCCESS"))) {
            WindowSpec next = Window.partitionBy("entity").orderBy("ts");
            List<String> columns = new ArrayList<>(List.of(
                    skew("id % 10 < 3", "pmod(id, " + entities + ")") + " as entity", TIME.formatted(1) + " as ts"));
            for (int i = 0; i < this.columns; i++) {
                columns.add("cast(pmod(xxhash64(id, " + (10 + i) + "), 1000) as double) as x" + i);
            }
            LocalSpark.session()
                    .range(0, rows, 1, 4)
                    .selectExpr(columns.toArray(String[]::new))
                    .withColumn(
                            "until",
                            coalesce(lead("ts", 1).over(next), lit("9999-12-31").cast("timestamp")))
                    .write()
                    .parquet(featureFiles().toString());
        }
        if (!Files.exists(labelFiles().resolve("_SUCCESS"))) {
            LocalSpark.session()
                    .range(0, labels, 1, 4)
                    .selectExpr(
                            "id",
                            skew("id % 10 = 0", "pmod(xxhash64(id, 3), " + entities + ")") + " as entity",
                            TIME.formatted(2) + " as as_of")
                    .write()
                    .parquet(labelFiles().toString());
        }
    }

    private String skew(String heavy, String entity) {
        return skewed ? "if(" + heavy + ", 0, " + entity + ")" : entity;
    }

    Dataset<Row> read() {
        return LocalSpark.session().read().parquet(featureFiles().toString());
    }

    Dataset<Row> readLabels() {
        return LocalSpark.session().read().parquet(labelFiles().toString());
    }

    /** Names of the columns that are looked for. */
    List<String> names() {
        return IntStream.range(0, columns).mapToObj(i -> "x" + i).toList();
    }

    Path labelFiles() {
        return folder.resolve("labels-" + name());
    }

    Path featureFiles() {
        return folder.resolve("features-" + name());
    }

    private String name() {
        return labels + "-" + rows + "-" + depth + "-" + columns + (skewed ? "-skewed" : "");
    }
}
