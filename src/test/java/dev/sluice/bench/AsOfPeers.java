package dev.sluice.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/** How others find the newest row; each gives the labels' {@code id} and the columns. */
final class AsOfPeers {
    private AsOfPeers() {}

    /**
     * As Feast 0.67 writes it ({@code MULTIPLE_FEATURE_VIEW_POINT_IN_TIME_JOIN} of its Spark offline store), for one feature view
     * without a created column.
     */
    static Dataset<Row> feast(AsOfData data) {
        data.readLabels().createOrReplaceTempView("labels");
        data.read().createOrReplaceTempView("features");
        Row range = data.readLabels().selectExpr("min(as_of)", "max(as_of)").head();
        String columns = String.join(", ", data.names());
        return LocalSpark.session()
                .sql(
                        """
                WITH entity_dataframe AS (
                  SELECT *, CONCAT(CAST(entity AS STRING), CAST(as_of AS STRING)) AS row_id FROM labels
                ), entities AS (
                  SELECT entity, as_of AS entity_timestamp, row_id FROM entity_dataframe GROUP BY entity, as_of, row_id
                ), subquery AS (
                  SELECT ts AS event_timestamp, entity, %1$s FROM features
                  WHERE ts <= TIMESTAMP '%2$s' AND ts >= TIMESTAMP '%3$s' - INTERVAL %4$d DAY
                ), base AS (
                  SELECT subquery.*, entities.entity_timestamp, entities.row_id
                  FROM subquery INNER JOIN entities
                  ON TRUE AND subquery.event_timestamp <= entities.entity_timestamp
                  AND subquery.event_timestamp >= entities.entity_timestamp - INTERVAL %4$d DAY
                  AND subquery.entity = entities.entity
                ), latest AS (
                  SELECT event_timestamp, row_id FROM (
                    SELECT *, ROW_NUMBER() OVER (PARTITION BY row_id ORDER BY event_timestamp DESC) AS row_number FROM base
                  ) WHERE row_number = 1
                ), cleaned AS (
                  SELECT base.* FROM base INNER JOIN latest USING (row_id, event_timestamp)
                )
                SELECT id, %1$s FROM entity_dataframe
                LEFT JOIN (SELECT row_id, %1$s FROM cleaned) USING (row_id)
                """
                                .formatted(columns, range.get(1), range.get(0), AsOfData.DAYS));
    }

    /** As {@code TSDF.asofJoin} of Databricks Labs' tempo plans it with its defaults. */
    static Dataset<Row> tempo(AsOfData data) {
        List<Column> left = new ArrayList<>(List.of(
                col("entity"),
                col("as_of").as("at"),
                lit(1).as("side"),
                col("id"),
                lit(null).cast("timestamp").as("ts")));
        List<Column> right = new ArrayList<>(List.of(
                col("entity"),
                col("ts").as("at"),
                lit(-1).as("side"),
                lit(null).cast("long").as("id"),
                col("ts")));
        data.names().forEach(name -> {
            left.add(lit(null).cast("double").as(name));
            right.add(col(name));
        });
        WindowSpec before = Window.partitionBy("entity")
                .orderBy("at", "side")
                .rowsBetween(Window.unboundedPreceding(), Window.currentRow());
        List<Column> filled = new ArrayList<>(List.of(
                col("id"), col("side"), last(col("ts"), true).over(before).as("ts")));
        data.names()
                .forEach(name -> filled.add(last(col(name), true).over(before).as(name)));
        return data.readLabels()
                .select(left.toArray(Column[]::new))
                .union(data.read().select(right.toArray(Column[]::new)))
                .select(filled.toArray(Column[]::new))
                .where("side = 1");
    }

    /** Spark's own, which has no surface in SQL. */
    static Dataset<Row> joinAsOf(AsOfData data) {
        Dataset<Row> labels = data.readLabels();
        Dataset<Row> history = data.read();
        return labels.joinAsOf(
                history,
                labels.col("as_of"),
                history.col("ts"),
                labels.col("entity").equalTo(history.col("entity")),
                "left",
                null,
                true,
                "backward");
    }

    /** The row that is valid at the time. */
    static Dataset<Row> between(AsOfData data) {
        Dataset<Row> labels = data.readLabels();
        Dataset<Row> valid = data.read();
        return labels.join(
                valid,
                labels.col("entity")
                        .equalTo(valid.col("entity"))
                        .and(valid.col("ts").leq(labels.col("as_of")))
                        .and(valid.col("until").gt(labels.col("as_of"))),
                "left");
    }

    static String duckDb(AsOfData data) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = 2");
            ResultSet found = statement.executeQuery("SELECT "
                    + AsOfJoins.checks(data).stream().collect(Collectors.joining(", "))
                    + " FROM read_parquet('" + data.labelFiles() + "/*.parquet') l"
                    + " ASOF LEFT JOIN read_parquet('" + data.featureFiles() + "/*.parquet') f"
                    + " ON l.entity = f.entity AND l.as_of >= f.ts");
            found.next();
            List<Long> values = new ArrayList<>();
            for (int i = 1; i <= AsOfJoins.checks(data).size(); i++) {
                values.add((long) found.getDouble(i));
            }
            return values.toString();
        }
    }
}
