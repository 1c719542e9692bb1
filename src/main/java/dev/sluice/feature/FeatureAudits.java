package dev.sluice.feature;

import dev.sluice.core.TableVersion;
import dev.sluice.stats.Pair;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The records of audits, {@code _sluice.feature_audits}: one row for each audit of a table. They hold no values of rows. */
public final class FeatureAudits {
    /** Kind of the ledger's rows. */
    public static final String KIND = "feature_audits";

    private static final StructType CUT =
            new StructType().add("cut", DataTypes.TimestampType).add("rows", DataTypes.LongType);

    private static final StructType FEATURE = new StructType()
            .add("feature", DataTypes.StringType)
            .add("leaking_rows", DataTypes.LongType)
            .add("of_label", DataTypes.DoubleType)
            .add("updated_rows", DataTypes.LongType);

    /** Columns of a row. */
    public static final StructType COLUMNS = new StructType()
            .add("table", DataTypes.StringType)
            .add("plan_hash", DataTypes.StringType)
            .add("finished", DataTypes.TimestampType)
            .add("read", DataTypes.createArrayType(DataTypes.StringType))
            .add("rows", DataTypes.LongType)
            .add("cuts", DataTypes.createArrayType(CUT))
            .add("leaks", DataTypes.LongType)
            .add("unprovable", DataTypes.createArrayType(DataTypes.StringType))
            .add("stored_gone", DataTypes.LongType)
            .add("stored_added", DataTypes.LongType)
            .add("features", DataTypes.createArrayType(FEATURE));

    private FeatureAudits() {}

    /**
     * What the newest audit of a plan says to a gate.
     *
     * @param runId the audit's own name
     * @param rows spine rows that it looked at
     * @param leaking names of the features that leak
     * @param ofLabel the most that one feature tells of the label, as a share of its entropy; 0 without a label
     */
    public record Summary(Instant finished, String runId, long rows, List<String> leaking, double ofLabel) {
        public Summary {
            leaking = List.copyOf(leaking);
        }
    }

    /**
     * The row of an audit.
     *
     * @param read versions of the tables that were read
     */
    public static Row row(FeatureAudit audit, Collection<TableVersion> read, Instant finished) {
        List<Row> features = new ArrayList<>();
        for (String feature : audit.features()) {
            long leaking = audit.leaks().stream()
                    .filter(leak -> leak.feature().equals(feature))
                    .mapToLong(FeatureAudit.Leak::rows)
                    .sum();
            Pair pair = audit.information().get(feature);
            features.add(RowFactory.create(
                    feature,
                    leaking,
                    pair == null ? null : FeatureAudit.share(pair),
                    audit.stored()
                            .map(stored -> stored.updated().getOrDefault(feature, 0L))
                            .orElse(null)));
        }
        return RowFactory.create(
                audit.table().text(),
                audit.planHash(),
                Timestamp.from(finished),
                read.stream().map(TableVersion::toString).toArray(String[]::new),
                audit.rows(),
                audit.cuts().entrySet().stream()
                        .map(cut -> RowFactory.create(Timestamp.from(cut.getKey()), cut.getValue()))
                        .toArray(Row[]::new),
                (long) audit.leaks().size(),
                audit.unprovable().stream().map(Object::toString).toArray(String[]::new),
                audit.stored().map(FeatureAudit.Stored::gone).orElse(null),
                audit.stored().map(FeatureAudit.Stored::added).orElse(null),
                features.toArray(Row[]::new));
    }

    /**
     * What a row says, which {@link #row} made and the ledger owns; empty where it is of another plan, or no row had a decision time
     * to look before.
     */
    public static Optional<Summary> summary(Row row, String planHash) {
        boolean looked = !row.getList(row.fieldIndex("cuts")).isEmpty();
        if (!looked || !row.getAs("plan_hash").equals(planHash)) {
            return Optional.empty();
        }
        List<String> leaking = new ArrayList<>();
        double ofLabel = 0;
        for (Row feature : row.<Row>getList(row.fieldIndex("features"))) {
            if (feature.getLong(1) > 0) {
                leaking.add(feature.getString(0));
            }
            ofLabel = feature.isNullAt(2) ? ofLabel : Math.max(ofLabel, feature.getDouble(2));
        }
        return Optional.of(new Summary(
                row.<Timestamp>getAs("finished").toInstant(),
                row.getAs("run_id"),
                row.<Long>getAs("rows"),
                leaking,
                ofLabel));
    }
}
