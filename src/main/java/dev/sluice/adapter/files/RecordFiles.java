package dev.sluice.adapter.files;

import dev.sluice.port.RowSource;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Files of one format as rows: nothing is typed, and so nothing lost, before it is judged. */
interface RecordFiles {
    /**
     * The rows of all files, with {@link RowSource#ORIGIN}, and with {@link RowSource#MALFORMED}, {@link RowSource#WHY} and
     * {@link RowSource#POSITION} where the format has them.
     *
     * @throws dev.sluice.core.SluiceException INPUT_MALFORMED, with the file's name, when it cannot be read as declared
     */
    Dataset<Row> read(List<Path> files);
}
