package dev.sluice.step.ingest;

import dev.sluice.config.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * JSON lines as texts by field name: a number, an object or a list is the text that stands in the file. A record without
 * the field, and one where it is null, have null there.
 */
final class JsonFiles implements RawRows {
    private final SparkSession spark;
    private final Source source;

    JsonFiles(SparkSession spark, Source source) {
        this.spark = spark;
        this.source = source;
    }

    @Override
    public Dataset<Row> read(List<Path> files) {
        Dataset<Row> records = spark.read()
                .schema(RawRows.texts(source))
                .option("mode", "PERMISSIVE")
                .option("columnNameOfCorruptRecord", MALFORMED)
                .option("encoding", StandardCharsets.UTF_8.name())
                .option("lineSep", "\n")
                .json(files.stream().map(Path::toString).toArray(String[]::new));
        String absent = source.read().nullValue();
        List<Column> columns = new ArrayList<>();
        source.columns().keySet().forEach(name -> {
            Column text = functions.col(RawRows.quoted(name));
            columns.add(
                    absent.isEmpty()
                            ? text
                            : functions.when(text.notEqual(absent), text).as(name));
        });
        columns.add(functions.col(MALFORMED));
        columns.add(functions.col("_metadata.file_path").as(FILE));
        return records.select(columns.toArray(Column[]::new));
    }
}
