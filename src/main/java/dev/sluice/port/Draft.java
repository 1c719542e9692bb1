package dev.sluice.port;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The first half of a commit: its rows are in files of the table, and no version has them. A draft that is never committed
 * leaves files that nobody reads, until they are discarded or {@link Tables#maintain} removes them.
 */
public interface Draft {
    /** The rows, read again from what was written. */
    Dataset<Row> rows();

    /** How many there are, as the tasks that wrote them counted. */
    long count();

    /** Makes the commit, as {@link Tables#commit(Commit)} does. */
    Committed commit();

    /** Deletes what was written; to be called only where no commit of the draft was tried. */
    void discard();
}
