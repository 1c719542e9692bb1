package dev.sluice.feature;

import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.stats.Pair;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
     * What the newest audits of a plan, and of the feature sets that it reads, say to a gate.
     *
     * @param rows spine rows that the audit of the plan looked at
     * @param leaking the features that leak; those of sets as {@code spent of gold.riders__3f2a91c0}
     * @param ofLabel the most that one feature of the plan tells of the label, as a share of its entropy; 0 without a label
     * @param unaudited tables of sets of which there is no audit
     */
    public record Summary(long rows, List<String> leaking, double ofLabel, List<TableName> unaudited) {
        public Summary {
            leaking = List.copyOf(leaking);
            unaudited = List.copyOf(unaudited);
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
     * What these rows, which {@link #row} made and ledgers own, say of a plan and of the sets that it reads, directly or not; empty
     * where none is of the plan. An audit that found no row with a decision time says nothing.
     */
    public static Optional<Summary> summary(Collection<Row> rows, String planHash) {
        List<Row> newestFirst = rows.stream()
                .filter(row -> !row.getList(row.fieldIndex("cuts")).isEmpty())
                .sorted(Comparator.comparing(FeatureAudits::finished).reversed())
                .toList();
        return newest(newestFirst, "plan_hash", planHash).map(audit -> {
            Map<TableName, Optional<Row>> sets = new TreeMap<>();
            addSets(audit, newestFirst, sets);
            List<String> leaking = new ArrayList<>(leaking(audit));
            List<TableName> unaudited = new ArrayList<>();
            sets.forEach((table, found) -> found.ifPresentOrElse(
                    set -> leaking(set).forEach(feature -> leaking.add(feature + " of " + table)),
                    () -> unaudited.add(table)));
            return new Summary(audit.<Long>getAs("rows"), leaking, ofLabel(audit), unaudited);
        });
    }

    /** The newest audit of each set that an audited table reads, by the table of its version. */
    private static void addSets(Row audit, List<Row> newestFirst, Map<TableName, Optional<Row>> sets) {
        for (String read : audit.<String>getList(audit.fieldIndex("read"))) {
            TableName table = TableVersion.parse(read).table();
            if (table.version().isPresent() && !sets.containsKey(table)) {
                Optional<Row> set = newest(newestFirst, "table", table.text());
                sets.put(table, set);
                set.ifPresent(found -> addSets(found, newestFirst, sets));
            }
        }
    }

    private static Optional<Row> newest(List<Row> newestFirst, String column, String value) {
        return newestFirst.stream()
                .filter(row -> row.getAs(column).equals(value))
                .findFirst();
    }

    private static Instant finished(Row audit) {
        return audit.<Timestamp>getAs("finished").toInstant();
    }

    private static List<String> leaking(Row audit) {
        return features(audit).stream()
                .filter(feature -> feature.getLong(1) > 0)
                .map(feature -> feature.getString(0))
                .toList();
    }

    private static double ofLabel(Row audit) {
        return features(audit).stream()
                .filter(feature -> !feature.isNullAt(2))
                .mapToDouble(feature -> feature.getDouble(2))
                .max()
                .orElse(0);
    }

    private static List<Row> features(Row audit) {
        return audit.getList(audit.fieldIndex("features"));
    }
}
