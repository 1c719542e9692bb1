package dev.sluice.step.features;

import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeatureSets;
import dev.sluice.pipeline.StepResult;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The registry of feature sets, {@code _sluice.feature_sets}: one row for each interval of each version that was materialised. */
public final class SetRegistry {
    /** Kind of the ledger's rows. */
    public static final String KIND = "feature_sets";

    private static final StructType COLUMN =
            new StructType().add("name", DataTypes.StringType).add("type", DataTypes.StringType);

    static final StructType COLUMNS = new StructType()
            .add("set", DataTypes.StringType)
            .add("version", DataTypes.StringType)
            .add("declared", DataTypes.StringType)
            .add("table", DataTypes.StringType)
            .add("plan_hash", DataTypes.StringType)
            .add("description", DataTypes.StringType)
            .add("owner", DataTypes.StringType)
            .add("entity", DataTypes.createArrayType(DataTypes.StringType))
            .add("read", DataTypes.createArrayType(DataTypes.StringType))
            .add("wrote", DataTypes.StringType)
            .add("rows", DataTypes.LongType)
            .add("columns", DataTypes.createArrayType(COLUMN));

    private SetRegistry() {}

    static List<Row> rows(FeatureSets.Version version, Optional<String> owner, StepResult result, StructType columns) {
        return List.of(RowFactory.create(
                version.name(),
                version.version(),
                version.declared().text(),
                version.set().table().text(),
                result.facts().get("plan_hash"),
                version.set().description().orElse(null),
                owner.orElse(null),
                version.set().spine().key().toArray(String[]::new),
                result.read().stream().map(TableVersion::toString).toArray(String[]::new),
                result.wrote().get(0).toString(),
                result.rowsOut(),
                Arrays.stream(columns.fields())
                        .map(field ->
                                RowFactory.create(field.name(), field.dataType().catalogString()))
                        .toArray(Row[]::new)));
    }
}
