package dev.sluice.quality;

import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.port.CheckResult;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.ProfileCodec;
import dev.sluice.stats.TableProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Profiles and verdicts as rows of the ledger's kinds {@code profiles} and {@code checks}. */
public final class QualityRows {
    private static final double[] SHARES = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};

    private static final StructType QUANTILES = DoubleStream.of(SHARES)
            .mapToObj(share -> String.format(Locale.ROOT, "p%02d", Math.round(100 * share)))
            .reduce(new StructType(), (type, name) -> type.add(name, DataTypes.DoubleType), (a, b) -> a);

    /**
     * One row per column. {@code table_version} is null for rows that were not yet published; {@code distinct_error} is the
     * relative standard error of {@code distinct_values}, {@code rank_error} the largest error of the quantiles' ranks, 0
     * where exact; {@code state} is the whole profile, as {@link ProfileCodec#state} and {@link ProfileCodec#decodeColumn} read it.
     */
    public static final StructType PROFILE_COLUMNS = new StructType()
            .add("table_name", DataTypes.StringType)
            .add("table_version", DataTypes.LongType)
            .add("column_name", DataTypes.StringType)
            .add("type", DataTypes.StringType)
            .add("row_count", DataTypes.LongType)
            .add("null_count", DataTypes.LongType)
            .add("nan_count", DataTypes.LongType)
            .add("distinct_values", DataTypes.DoubleType)
            .add("distinct_error", DataTypes.DoubleType)
            .add("min", DataTypes.DoubleType)
            .add("max", DataTypes.DoubleType)
            .add("mean", DataTypes.DoubleType)
            .add("sd", DataTypes.DoubleType)
            .add("quantiles", QUANTILES)
            .add("rank_error", DataTypes.DoubleType)
            .add("min_text", DataTypes.StringType)
            .add("max_text", DataTypes.StringType)
            .add("state", DataTypes.StringType);

    /**
     * One row per verdict. {@code table_version} is null for rows that were not yet published; {@code source} says where the
     * metric comes from: profile, grouping, deequ, tables.
     */
    public static final StructType CHECK_COLUMNS = new StructType()
            .add("table_name", DataTypes.StringType)
            .add("table_version", DataTypes.LongType)
            .add("check_name", DataTypes.StringType)
            .add("column_name", DataTypes.StringType)
            .add("status", DataTypes.StringType)
            .add("metric", DataTypes.DoubleType)
            .add("found", DataTypes.StringType)
            .add("expected", DataTypes.StringType)
            .add("source", DataTypes.StringType);

    private QualityRows() {}

    /** The profile of rows that are about to be published. */
    public static List<Row> profile(TableName table, TableProfile profile) {
        return profile(table, null, profile);
    }

    /** The profile of a published table. */
    public static List<Row> profile(TableVersion table, TableProfile profile) {
        return profile(table.table(), table.version(), profile);
    }

    /**
     * The profile that rows of this kind hold, those of one profile and no others.
     *
     * @throws IllegalArgumentException when a state is damaged or of another version
     */
    public static TableProfile profile(List<Row> rows) {
        Map<String, ColumnProfile> columns = new LinkedHashMap<>();
        rows.forEach(row -> columns.put(
                row.getAs("column_name"), ProfileCodec.decodeColumn(ProfileCodec.state(row.getAs("state")))));
        return new TableProfile(
                columns.values().stream()
                        .mapToLong(ColumnProfile::rows)
                        .findFirst()
                        .orElse(0),
                columns);
    }

    /** Verdicts on rows that are about to be published. */
    public static List<Row> checks(TableName table, List<CheckResult> results) {
        return checks(table, null, results);
    }

    /** Verdicts on a published table. */
    public static List<Row> checks(TableVersion table, List<CheckResult> results) {
        return checks(table.table(), table.version(), results);
    }

    private static List<Row> profile(TableName table, Long version, TableProfile profile) {
        return profile.columns().entrySet().stream()
                .map(entry -> column(table, version, entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Row column(TableName table, Long version, String name, ColumnProfile column) {
        Optional<Numbers> numbers = column.numbers();
        return RowFactory.create(
                table.text(),
                version,
                name,
                column.type(),
                column.rows(),
                column.nulls(),
                numbers.map(Numbers::nans).orElse(null),
                column.distinct().map(Distinct::count).orElse(null),
                column.distinct().map(Distinct::relativeError).orElse(null),
                number(numbers, Numbers::min),
                number(numbers, Numbers::max),
                number(numbers, Numbers::mean),
                number(numbers, Numbers::sd),
                numbers.filter(known -> known.count() > 0)
                        .map(QualityRows::quantiles)
                        .orElse(null),
                numbers.map(known -> known.quantiles().rankError()).orElse(null),
                column.extent().map(ColumnProfile.Extent::min).orElse(null),
                column.extent().map(ColumnProfile.Extent::max).orElse(null),
                ProfileCodec.text(ProfileCodec.encode(column)));
    }

    /** What is not known is null. */
    private static Double number(Optional<Numbers> numbers, ToDoubleFunction<Numbers> value) {
        return numbers.map(value::applyAsDouble).filter(known -> !known.isNaN()).orElse(null);
    }

    private static Row quantiles(Numbers numbers) {
        return RowFactory.create(DoubleStream.of(SHARES)
                .mapToObj(share -> (Object) numbers.quantiles().quantile(share))
                .toArray());
    }

    private static List<Row> checks(TableName table, Long version, List<CheckResult> results) {
        return results.stream()
                .map(result -> RowFactory.create(
                        table.text(),
                        version,
                        result.check(),
                        result.column(),
                        result.status().name(),
                        result.metric().isPresent() ? result.metric().getAsDouble() : null,
                        result.found(),
                        result.expected(),
                        result.source().name().toLowerCase(Locale.ROOT)))
                .toList();
    }
}
