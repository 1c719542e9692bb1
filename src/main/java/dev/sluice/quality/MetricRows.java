package dev.sluice.quality;

import dev.sluice.core.TableName;
import dev.sluice.port.CheckResult;
import dev.sluice.port.MetricKey;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What was measured of tables as rows of the ledger's kind {@code check_metrics}: the history of their checks' numbers. */
public final class MetricRows {
    /** The ledger's kind. */
    public static final String KIND = "check_metrics";

    /** Of rows that were measured for nobody's purpose but their table's. */
    public static final String NO_TAGS = "{}";

    /**
     * One row per number. {@code table_version} is null for what a publish measured of its own rows. {@code tags} and {@code analyzer}
     * are JSON, {@code metric} too, of what is not one number: {@code value} is null then. Of rows of one table, interval, tags
     * and analyzer the one that was {@code recorded} last counts.
     */
    public static final StructType COLUMNS = new StructType()
            .add("table_name", DataTypes.StringType)
            .add("table_version", DataTypes.LongType)
            .add("recorded", DataTypes.TimestampType)
            .add("tags", DataTypes.StringType)
            .add("analyzer", DataTypes.StringType)
            .add("entity", DataTypes.StringType)
            .add("instance", DataTypes.StringType)
            .add("name", DataTypes.StringType)
            .add("value", DataTypes.DoubleType)
            .add("metric", DataTypes.StringType);

    private MetricRows() {}

    /**
     * The numbers that checks measured of all rows.
     *
     * @param version of the table that was measured as it was published; null for a publish's own rows
     */
    public static List<Row> of(TableName table, Long version, List<CheckResult> results, Instant recorded) {
        return results.stream()
                .filter(result ->
                        result.measures().isPresent() && result.metric().isPresent())
                .map(result -> row(
                        table,
                        version,
                        recorded,
                        NO_TAGS,
                        result.measures().orElseThrow(),
                        result.metric().getAsDouble(),
                        null))
                .distinct()
                .toList();
    }

    /** One row. */
    public static Row row(
            TableName table, Long version, Instant recorded, String tags, MetricKey key, Double value, String metric) {
        return RowFactory.create(
                table.text(),
                version,
                Timestamp.from(recorded),
                tags,
                key.analyzer(),
                key.entity(),
                key.instance(),
                key.name(),
                value,
                metric);
    }
}
