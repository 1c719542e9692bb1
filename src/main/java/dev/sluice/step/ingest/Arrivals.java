package dev.sluice.step.ingest;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.pipeline.Failures;
import dev.sluice.pipeline.Publisher;
import dev.sluice.pipeline.StepContext;
import dev.sluice.port.ArrivingSource;
import dev.sluice.port.RowSource;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Takes what arrived since the last run, batch by batch, each exactly once: Spark's checkpoint fixes what a batch is before
 * it is read, and its commits carry a key made of the checkpoint's id and the batch's number, so that a batch which is given
 * again after a death finds what of it has landed. The sums of a run are those of its batches, of an attempt that died too.
 */
final class Arrivals {
    private static final String KIND = "batches";
    private static final StructType COLUMNS = new StructType()
            .add("table", DataTypes.StringType)
            .add("checkpoint", DataTypes.StringType)
            .add("batch", DataTypes.LongType)
            .add("step_key", DataTypes.StringType)
            .add("rows_in", DataTypes.LongType)
            .add("rows_out", DataTypes.LongType)
            .add("quarantined", DataTypes.LongType)
            .add("removed", DataTypes.LongType);

    private final TableName table;
    private final ArrivingSource source;

    /** Publishes the rows of one batch. */
    @FunctionalInterface
    interface Batch {
        Publisher.Published publish(RowSource.Found found, StepContext context);
    }

    Arrivals(TableName table, ArrivingSource source) {
        this.table = table;
        this.source = source;
    }

    /** Rows by what became of them. */
    record Sums(long batches, long in, long out, long quarantined, long removed) {
        private Sums and(Row row) {
            return new Sums(
                    batches + 1,
                    in + row.<Long>getAs("rows_in"),
                    out + row.<Long>getAs("rows_out"),
                    quarantined + row.<Long>getAs("quarantined"),
                    removed + row.<Long>getAs("removed"));
        }
    }

    /** Takes all that is there now; ends when it is published. */
    Sums take(RowSource.Request request, Batch batch, StepContext context) {
        Dataset<Row> arrivals = source.arrivals(request);
        try {
            StreamingQuery query = arrivals.writeStream()
                    .option("checkpointLocation", context.storage().location("_sluice/arrivals/" + table))
                    .trigger(Trigger.AvailableNow())
                    .foreachBatch((Dataset<Row> rows, Long number) -> publish(request, rows, number, batch, context))
                    .start();
            query.awaitTermination();
        } catch (Exception e) { // Spark throws checked ones that no signature names
            SluiceException known = Failures.classify(e);
            throw known.code() == ErrorCode.UNEXPECTED
                    ? source.blame(request, Optional.empty(), e).orElse(known)
                    : known;
        }
        return sums(context);
    }

    private void publish(RowSource.Request request, Dataset<Row> rows, long number, Batch batch, StepContext context) {
        // As the stream execution of Spark names itself; the id stays the same as long as the checkpoint does.
        String checkpoint = rows.sparkSession().sparkContext().getLocalProperty("sql.streaming.queryId");
        StepContext own = context.of("arrivals/" + table + "/" + checkpoint + "/" + number);
        Publisher.Published published = batch.publish(source.read(request, rows), own);
        context.ledger()
                .append(
                        KIND,
                        COLUMNS,
                        List.of(RowFactory.create(
                                table.text(),
                                checkpoint,
                                number,
                                context.key().text(),
                                published.rowsIn(),
                                published.rowsOut(),
                                published.quarantined(),
                                published.removed())),
                        own.key().of(KIND));
    }

    private Sums sums(StepContext context) {
        Sums[] sums = {new Sums(0, 0, 0, 0, 0)};
        context.history().scan(KIND, row -> {
            if (row.getAs("step_key").equals(context.key().text())) {
                sums[0] = sums[0].and(row);
            }
            return true;
        });
        return sums[0];
    }
}
