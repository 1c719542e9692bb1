package dev.sluice.step.ingest;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.sluice.config.Contract;
import dev.sluice.config.Ingest;
import dev.sluice.config.Source;
import dev.sluice.config.Step;
import dev.sluice.config.Write;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.Hashes;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.frame.Columns;
import dev.sluice.pipeline.Publication;
import dev.sluice.pipeline.Publisher;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.port.RowSource;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Judges the stopped rows of one interval again, by today's declaration: those that now pass are added to the table, the
 * others stay with today's reasons. Exactly once: the commit to the table carries a key of the rows that were there, and a
 * note of the declaration tells a later attempt which rows that commit holds.
 */
public final class ReplayWork implements Work {
    private static final String TAKEN = "__taken";

    private final TableName table;
    private final Ingest ingest;
    private final Source source;
    private final Optional<Contract> contract;

    /** The work of one table. */
    public ReplayWork(TableName table, Ingest ingest, Source source, Optional<Contract> contract) {
        this.table = table;
        this.ingest = ingest;
        this.source = source;
        this.contract = contract;
    }

    @Override
    public Step step() {
        return Step.INGEST;
    }

    @Override
    public String target() {
        return "replay/" + table;
    }

    @Override
    public Set<TableName> reads() {
        return Set.of(table.quarantine());
    }

    @Override
    public Set<TableName> writes() {
        return Set.of(table);
    }

    @Override
    public String settings() {
        return ingest.withoutKeep() + "\n" + source + "\n" + contract;
    }

    @Override
    public StepResult run(StepContext context) {
        TableVersion pinned = context.pin(table.quarantine());
        Dataset<Row> slice = context.tables()
                .read(pinned)
                .where(col("interval_from")
                        .equalTo(lit(Timestamp.from(context.interval().from())))
                        .and(col("interval_to")
                                .equalTo(lit(Timestamp.from(context.interval().to())))));
        StepContext own = context.of("replay/" + table + "/" + context.interval() + "/" + fingerprint(slice));
        String note = "_sluice/replay/" + table + "/" + own.key();
        refuseOtherRules(note, own);
        context.storage().write(note, rules());
        Publisher.Published published = own.publisher().publish(publication(slice, own), own);
        context.storage().delete(note);
        return new StepResult(
                ExitCode.OK,
                List.of(pinned),
                published.wrote(),
                published.rowsIn(),
                published.rowsOut(),
                published.quarantined(),
                Map.of("removed", Long.toString(published.removed())));
    }

    /** The same for the same rows, in whatever order they are read. */
    private static String fingerprint(Dataset<Row> slice) {
        Row hash = slice.agg(
                        count(lit(1)),
                        sum(xxhash64(col("row"), col("origin"), col("position"), col("run_key"))
                                .cast("decimal(38,0)")))
                .head();
        return hash.getLong(0) + "/" + hash.get(1);
    }

    private byte[] rules() {
        return Hashes.id(settings()).getBytes(StandardCharsets.UTF_8);
    }

    /** Other rules would let other rows pass than those that are in the table already. */
    private void refuseOtherRules(String note, StepContext context) {
        Optional<byte[]> noted = context.storage().read(note);
        boolean others = noted.isPresent() && !Arrays.equals(noted.get(), rules());
        if (others && context.tables().landed(table, context.key()).isPresent()) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "a replay of " + table
                            + " was interrupted when its rows were published and not yet taken out of the"
                            + " quarantine, and the table's declaration has changed since",
                    "replay once more with the declaration as it was then, then with the new one");
        }
    }

    private Publication publication(Dataset<Row> slice, StepContext context) {
        Dataset<Row> judged = new TypedRows(source, ingest, context.zone(), context.interval()).again(texts(slice));
        Write write = ingest.write();
        if (write instanceof Write.ReplaceInterval || write instanceof Write.Overwrite) {
            judged = withoutTakenKeys(judged, context);
            write = new Write.Append(write.partitionBy());
        }
        if (write instanceof Write.Scd2 history) {
            // These rows are no whole snapshot, so that none closes what it lacks.
            write = new Write.Scd2(history.track(), history.since(), Write.Deletes.KEEP);
        }
        return new Publication(
                table,
                judged,
                ingest.key(),
                write,
                context.interval(),
                Map.of(),
                contract,
                new Publication.Limits(0, 1, Optional.empty()),
                source.evolve().type() == Source.OnType.WIDEN,
                Publication.Slice.INTERVAL);
    }

    /** What was stopped, as its source gave it. */
    private Dataset<Row> texts(Dataset<Row> slice) {
        StructType schema = new StructType();
        for (String column : source.columns().keySet()) {
            schema = schema.add(column, DataTypes.StringType);
        }
        Column isWhole =
                get_json_object(col("row"), "$").isNotNull().and(expr("not array_contains(rules, 'malformed')"));
        List<Column> columns = new ArrayList<>();
        for (String column : source.columns().keySet()) {
            columns.add(col("__parsed").getField(column).as(column));
        }
        columns.add(when(isWhole, lit(null)).otherwise(col("row")).as(RowSource.MALFORMED));
        columns.add(reason("malformed").as(RowSource.WHY));
        columns.add(reason("encoding").as(RowSource.ENCODING));
        columns.add(col("origin").as(RowSource.ORIGIN));
        columns.add(col("position").as(RowSource.POSITION));
        return slice.withColumn("__parsed", when(isWhole, from_json(col("row"), schema)))
                .select(columns.toArray(Column[]::new));
    }

    /** What was said of a row by a rule; null where nothing was. */
    private static Column reason(String rule) {
        return expr("filter(reasons, r -> r.rule = '" + rule + "')[0].reason");
    }

    /** A row whose key the table has by now, or another of these rows, stays where it is: it would be there twice. */
    private Dataset<Row> withoutTakenKeys(Dataset<Row> judged, StepContext context) {
        if (ingest.key().isEmpty()) {
            return judged;
        }
        Column stopped = expr(Publication.IS_STOPPED);
        Column[] keyAndFate = Stream.concat(
                        ingest.key().stream().map(name -> col(Columns.quoted(name))), Stream.of(stopped))
                .toArray(Column[]::new);
        WindowSpec sameKey = Window.partitionBy(keyAndFate)
                .orderBy(col(Publication.RAW), col(Publication.ORIGIN), col(Publication.POSITION));
        Column taken = col(TAKEN).or(row_number().over(sameKey).gt(1)).and(not(stopped));
        Column reason = expr("named_struct('rule', 'replay', 'column', '"
                + String.join(", ", ingest.key()).replace("'", "\\'")
                + "', 'reason', 'another row has this key', 'action', 'quarantine')");
        return withTaken(judged, context)
                .withColumn(TAKEN, taken)
                .withColumn(
                        Publication.REASONS,
                        when(col(TAKEN), concat(col(Publication.REASONS), array(reason)))
                                .otherwise(col(Publication.REASONS)))
                .drop(TAKEN);
    }

    /** With {@link #TAKEN}: whether the table had a row of this key before these rows came into it. */
    private Dataset<Row> withTaken(Dataset<Row> judged, StepContext context) {
        Optional<TableVersion> landed = context.tables().landed(table, context.key());
        Optional<TableVersion> before = landed.isEmpty()
                ? context.tables().latest(table)
                : landed.map(TableVersion::version)
                        .filter(version -> version > 0)
                        .map(version -> new TableVersion(table, version - 1));
        if (before.isEmpty()) {
            return judged.withColumn(TAKEN, lit(false));
        }
        Column[] keys = ingest.key().stream()
                .map(name -> col(Columns.quoted(name)).as("__key_" + name))
                .toArray(Column[]::new);
        Dataset<Row> there =
                context.tables().read(before.get()).select(keys).distinct().withColumn("__there", lit(true));
        Column same = ingest.key().stream()
                .map(name -> col(Columns.quoted(name)).equalTo(col(Columns.quoted("__key_" + name))))
                .reduce(Column::and)
                .orElseThrow();
        return judged.join(there, same, "left")
                .withColumn(TAKEN, col("__there").isNotNull())
                .drop("__there")
                .drop(ingest.key().stream().map(name -> "__key_" + name).toArray(String[]::new));
    }
}
