package dev.sluice.pipeline;

import static org.apache.spark.sql.functions.array_distinct;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;

import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The stopped rows of a publication, as they are kept in the table's quarantine. */
final class QuarantineRows {
    private final Publication publication;
    private final StepContext context;

    QuarantineRows(Publication publication, StepContext context) {
        this.publication = publication;
        this.context = context;
    }

    /**
     * Puts rows in the place of those that an earlier publication of the same stopped.
     *
     * @param stopped rows as {@link Publication} has them
     * @param count how many there are
     * @return the quarantine's version; empty where there is nothing to write and nothing to clear
     */
    Optional<TableVersion> commit(Dataset<Row> stopped, long count, RunKey key) {
        if (!publication.hasReasons()) {
            return Optional.empty();
        }
        TableName table = publication.table().quarantine();
        String slice = slice();
        Optional<Dataset<Row>> before = context.tables()
                .latest(table)
                .filter(version -> context.tables().hasRows(version, slice))
                .map(version -> context.tables().read(version).where(expr(slice)));
        if (count == 0 && before.isEmpty()) {
            return Optional.empty();
        }
        context.fence().check();
        Committed done = context.tables()
                .commit(new Commit(
                        table,
                        firstSeen(kept(stopped), before).coalesce(1),
                        new Commit.Mode.ReplaceWhere(slice),
                        key,
                        context.fence().epoch(),
                        List.of()));
        if (!done.earlier() && done.rows() >= 0 && done.rows() != count) {
            throw StagedPublisher.lost(
                    table, count + " stopped rows, " + done.rows() + " committed as " + done.version());
        }
        return Optional.of(done.version());
    }

    private Dataset<Row> kept(Dataset<Row> stopped) {
        return stopped.select(
                col(Publication.DATE).as("data_date"),
                array_distinct(expr("transform(" + Publication.REASONS + ", r -> r.rule)"))
                        .as("rules"),
                expr("transform(" + Publication.REASONS
                                + ", r -> named_struct('rule', r.rule, 'column', r.column, 'reason', r.reason))")
                        .as("reasons"),
                coalesce(col(Publication.RAW), lit("")).as("row"),
                col(Publication.ORIGIN).as("origin"),
                col(Publication.POSITION).as("position"),
                lit(context.runId()).as("run_id"),
                lit(context.key().text()).as("run_key"),
                lit(Timestamp.from(context.interval().from())).as("interval_from"),
                lit(Timestamp.from(context.interval().to())).as("interval_to"));
    }

    /**
     * With the time when each row was first stopped: one that was there before keeps its own. Its place in the file is not
     * compared, for that is told by line or by byte, as the file is split.
     */
    private static Dataset<Row> firstSeen(Dataset<Row> rows, Optional<Dataset<Row>> before) {
        Column now = lit(Timestamp.from(Instant.now()));
        if (before.isEmpty()) {
            return rows.withColumn("first_seen", now);
        }
        Dataset<Row> known = before.get()
                .groupBy(col("row").as("__row"), col("origin").as("__from"))
                .agg(min("first_seen").as("__seen"));
        return rows.join(
                        known,
                        col("row").equalTo(col("__row")).and(col("origin").eqNullSafe(col("__from"))),
                        "left")
                .withColumn("first_seen", coalesce(col("__seen"), now))
                .drop("__row", "__from", "__seen");
    }

    /** The rows of the quarantine that these take the place of, as the table's own do. */
    private String slice() {
        return switch (publication.slice()) {
            case TABLE -> "true";
            case DATES -> publication.dates("data_date", context.zone());
            case INTERVAL ->
                "interval_from = TIMESTAMP '" + context.interval().from() + "' AND interval_to = TIMESTAMP '"
                        + context.interval().to() + "'";
            case KEY -> "run_key = '" + context.key() + "'";
        };
    }
}
