package dev.sluice.frame.records;

import dev.sluice.port.RowSource;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Text files as rows, one for each record, with {@link RowSource#MALFORMED}, {@link RowSource#WHY}, {@link RowSource#ENCODING},
 * {@link RowSource#ORIGIN} and {@link RowSource#POSITION}. What is not UTF-8 in a record is replaced by U+FFFD. A file that is not packed is split
 * among tasks, unless its values may have line breaks.
 */
public final class TextRecords {
    private TextRecords() {}

    /** CSV files with the same header, each field under the header's name for it. */
    public static Dataset<Row> csv(DataFrameReader reader, Dialect dialect, Header header, List<String> files) {
        return read(reader, Layout.of(header, dialect), header.names(), files);
    }

    /**
     * Files with one JSON object on each line, or as a whole, or a list of objects: the text of these fields of theirs. A number, an object
     * or a list is the text that stands in the file; a field that is not there is null.
     */
    public static Dataset<Row> json(
            DataFrameReader reader, boolean isWhole, Collection<String> fields, List<String> files) {
        return read(reader, Layout.ofJson(isWhole), fields, files);
    }

    private static Dataset<Row> read(
            DataFrameReader reader, Layout layout, Collection<String> fields, List<String> files) {
        StructType schema = new StructType();
        for (String field : fields) {
            schema = schema.add(field, DataTypes.StringType);
        }
        for (String own :
                List.of(RowSource.MALFORMED, RowSource.WHY, RowSource.ENCODING, RowSource.ORIGIN, RowSource.POSITION)) {
            schema = schema.add(own, DataTypes.StringType);
        }
        return reader.schema(schema)
                .format(RecordFormat.class.getName())
                .options(layout.options())
                // The files have been found: what looks like a pattern in a name is none.
                .option("__globPaths__", false)
                .load(files.toArray(String[]::new));
    }
}
