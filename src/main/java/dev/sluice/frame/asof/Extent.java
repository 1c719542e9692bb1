package dev.sluice.frame.asof;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/**
 * How much of a history is read, by the files that the plan of its scan is left with.
 *
 * @param files number of files that are opened
 * @param bytes of these files; not all of their columns are read
 * @param filesOfAll number of files of the whole history
 */
public record Extent(long files, long bytes, long filesOfAll, long bytesOfAll) {
    /**
     * Of a history that is met by spine rows of this reach. Reads none of its rows.
     *
     * @throws dev.sluice.core.SluiceException PLAN_INVALID when the history's columns do not fit the spine
     */
    public static Extent of(Dataset<Row> spine, Reach reach, History history) {
        Dataset<Row> met = Asked.of(spine.schema(), List.copyOf(history.keys().keySet()), reach, history)
                .events();
        return new Extent(files(met), bytes(met), files(history.rows()), bytes(history.rows()));
    }

    private static long files(Dataset<Row> rows) {
        return rows.inputFiles().length;
    }

    /** Of the files themselves: what stands on them in a plan is only estimated. */
    private static long bytes(Dataset<Row> rows) {
        return JavaConverters.seqAsJavaList(
                        rows.queryExecution().optimizedPlan().collectLeaves())
                .stream()
                .mapToLong(leaf -> leaf.stats().sizeInBytes().toLong())
                .sum();
    }
}
