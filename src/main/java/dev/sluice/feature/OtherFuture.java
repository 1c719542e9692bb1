package dev.sluice.feature;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.FeatureTable;
import dev.sluice.config.Features;
import dev.sluice.config.Sql;
import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.frame.Columns;
import dev.sluice.frame.KeyedLookup;
import dev.sluice.frame.SqlText;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The tables as they would be if all that became known after a moment, the cut, had come otherwise: rows that are known only later
 * are not there, values that are known only later are null. A feature of a row that is decided by then cannot tell these tables
 * from the real ones, unless it reads its own future.
 *
 * <p>When something is known is what the definition says of it:
 *
 * <ul>
 *   <li>a row that is met: from its {@code known_at} on; a row of a feature set never before its {@code as_of}; a version of a
 *       table that keeps them from {@code valid_from} on, and its end from {@code valid_to} on; a row that is looked up in a table
 *       that is also met: from the first {@code known_at} by which it is met;
 *   <li>a column of {@code never}: not by the {@code as_of} of its own row;
 *   <li>a column that the label is computed from: not by the {@code as_of} of its own row, and nowhere before the label's {@code
 *       known_at}; so is a column that itself is the label's {@code known_at}.
 * </ul>
 *
 * <p>Columns of the key and those that {@code as_of} reads are known by the decision, else there would be none. A {@code known_at}
 * of a window or join that reads a column of the last two kinds was written with the outcome, and is taken at its word.
 */
final class OtherFuture {
    private static final String VALID_FROM = "valid_from";
    private static final String VALID_TO = "valid_to";

    private final FeatureTable definition;
    private final FeatureQuery query;
    private final Set<TableName> sets;
    private final Column cut;
    private final Set<String> never;
    private final Set<String> labels;

    /**
     * Another future of a definition's tables.
     *
     * @param query of the plan of the definition
     * @param sets tables of feature sets
     */
    OtherFuture(FeatureTable definition, FeatureQuery query, Set<TableName> sets, Instant cut) {
        this.definition = definition;
        this.query = query;
        this.sets = sets;
        this.cut = lit(Timestamp.from(cut));
        Features.Spine spine = definition.spine();
        Set<String> known = reads(spine.asOf(), query.interval());
        known.addAll(lower(spine.key()));
        this.never = lower(spine.never());
        this.labels = new TreeSet<>();
        definition.predicts().ifPresent(label -> {
            labels.addAll(reads(label.expr(), query.interval()));
            settledAt(label, query.interval())
                    .filter(column -> !lower(spine.keep()).contains(column))
                    .ifPresent(labels::add);
        });
        labels.removeAll(known);
    }

    /** Whether it is known of a table that is looked up what of it is known by when. */
    static boolean isTimed(Features.Lookup lookup, FeaturePlan plan, Set<TableName> sets) {
        return plan.versioned().contains(lookup.from())
                || sets.contains(lookup.from())
                || met(lookup.from(), plan).findAny().isPresent();
    }

    /** The spine rows that are decided by the cut, without what is known of themselves only later. */
    Dataset<Row> spine(Dataset<Row> rows) {
        Set<String> late = new TreeSet<>(never);
        late.addAll(labels);
        return without(rows.where(by(asOf())), late, lit(true));
    }

    /** A table that is looked up. */
    Dataset<Row> lookup(TableName table, Dataset<Row> rows) {
        Dataset<Row> known = ofSet(table, rows);
        List<Column> met = met(table, query.plan()).map(sql -> by(column(sql))).toList();
        if (!met.isEmpty()) {
            known = known.where(met.stream().reduce(lit(false), Column::or));
        }
        if (query.plan().versioned().contains(table) && KeyedLookup.isVersioned(rows.schema())) {
            known = known.where(by(col(VALID_FROM))).withColumn(VALID_TO, when(by(col(VALID_TO)), col(VALID_TO)));
        }
        return outcomes(table, known);
    }

    /** A table that is met by key and in time. */
    Dataset<Row> history(FeatureQuery.Meeting meeting, Dataset<Row> rows) {
        Dataset<Row> known = ofSet(meeting.from(), rows.where(by(column(meeting.knownAt()))));
        Set<String> stamps = reads(meeting.knownAt(), query.interval());
        boolean withOutcome = Stream.of(never, labels).flatMap(Set::stream).anyMatch(stamps::contains);
        return withOutcome ? known : outcomes(meeting.from(), known);
    }

    private Dataset<Row> ofSet(TableName table, Dataset<Row> rows) {
        return sets.contains(table) ? rows.where(by(col(FeaturePlan.AS_OF))) : rows;
    }

    /** The rows of a table, without those outcomes of spine rows that are known only after the cut. */
    private Dataset<Row> outcomes(TableName table, Dataset<Row> rows) {
        if (!table.equals(definition.spine().from())) {
            return rows;
        }
        Column decidedBefore = coalesce(asOf().lt(cut), lit(false));
        Column settled =
                definition.predicts().map(label -> by(column(label.knownAt()))).orElse(lit(true));
        // Both conditions are of the rows as they are, so that what the one hides is no answer to the other.
        Dataset<Row> told = rows.withColumn("__decided", decidedBefore).withColumn("__settled", settled);
        Set<String> both = new TreeSet<>(never);
        both.retainAll(labels);
        Set<String> onlyNever = new TreeSet<>(never);
        onlyNever.removeAll(both);
        Set<String> onlyLabels = new TreeSet<>(labels);
        onlyLabels.removeAll(both);
        Column undecided = col("__decided").equalTo(false);
        Column unsettled = col("__settled").equalTo(false);
        return without(
                        without(without(told, onlyNever, undecided), onlyLabels, unsettled),
                        both,
                        undecided.or(unsettled))
                .drop("__decided", "__settled");
    }

    private static Dataset<Row> without(Dataset<Row> rows, Set<String> columns, Column where) {
        return rows.select(Arrays.stream(rows.schema().fields())
                .map(field -> {
                    Column column = col(Columns.quoted(field.name()));
                    return columns.contains(field.name().toLowerCase(Locale.ROOT))
                            ? when(where, lit(null).cast(field.dataType()))
                                    .otherwise(column)
                                    .as(field.name())
                            : column;
                })
                .toArray(Column[]::new));
    }

    /** Whether a moment is not after the cut; false for none. */
    private Column by(Column moment) {
        return coalesce(moment.leq(cut), lit(false));
    }

    private Column asOf() {
        return column(definition.spine().asOf());
    }

    private Column column(Sql sql) {
        return SqlText.column(sql.forRun(query.interval()));
    }

    /** When the rows of a table are known, by all that meets them. */
    private static Stream<Sql> met(TableName table, FeaturePlan plan) {
        return Stream.concat(
                        plan.asOfJoins().stream()
                                .filter(join -> join.from().equals(table))
                                .map(Features.AsOfJoin::knownAt),
                        plan.windows().stream()
                                .filter(window -> window.from().equals(table))
                                .map(Features.Window::knownAt))
                .distinct();
    }

    /** The column that the label's known_at is, where it is no more than that. */
    private static Optional<String> settledAt(Features.Label label, Interval interval) {
        String text = SqlText.normal(label.knownAt().forRun(interval));
        return reads(label.knownAt(), interval).stream()
                .filter(column -> text.equals(column) || text.equals("`" + column + "`"))
                .findFirst();
    }

    private static Set<String> reads(Sql sql, Interval interval) {
        return new TreeSet<>(SqlText.names(sql.forRun(interval)));
    }

    private static Set<String> lower(Collection<String> columns) {
        Set<String> lower = new TreeSet<>();
        columns.forEach(column -> lower.add(column.toLowerCase(Locale.ROOT)));
        return lower;
    }
}
