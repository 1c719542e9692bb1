package dev.sluice.step.ingest;

import dev.sluice.config.Source;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Files of one format as rows of texts: nothing is typed, and so nothing lost, before it is judged. */
interface RawRows {
    /** The record as it stands in the file where it could not be taken apart, else null. */
    String MALFORMED = "__malformed";

    /** What a decoder puts in the place of bytes that are not UTF-8. */
    char NOT_UTF_8 = '\uFFFD';

    /** The file a row came from. */
    String FILE = "__file";

    /** The declared columns as texts, plus {@link #MALFORMED} and {@link #FILE}. */
    Dataset<Row> read(List<Path> files);

    /** The declared columns as texts, and {@link #MALFORMED}. */
    static StructType texts(Source source) {
        StructType schema = new StructType();
        for (String column : source.columns().keySet()) {
            schema = schema.add(column, DataTypes.StringType);
        }
        return schema.add(MALFORMED, DataTypes.StringType);
    }

    static String quoted(String column) {
        return "`" + column.replace("`", "``") + "`";
    }
}
