package dev.sluice.port;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A source whose rows can be taken as they arrive, each once: {@code new_only}. */
public interface ArrivingSource extends RowSource {
    /**
     * What arrives, as a streaming dataset of Spark; its checkpoint tells what was taken.
     *
     * @throws dev.sluice.core.SluiceException as {@link #read(Request)} does
     */
    Dataset<Row> arrivals(Request request);

    /** The rows of one batch of arrivals; the same ones whenever the batch is given again. */
    Found read(Request request, Dataset<Row> batch);
}
