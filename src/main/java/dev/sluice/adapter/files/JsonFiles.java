package dev.sluice.adapter.files;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Read;
import dev.sluice.frame.Columns;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.frame.records.TextRecords;
import dev.sluice.port.RowSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * JSON objects as texts by field name: a number, an object or a list is the text that stands in the file. A record without
 * the field, and one where it is null, have null there.
 */
final class JsonFiles implements RecordFiles {
    private final RowSource.Request request;
    private final Read.Json json;
    private final DeclaredColumns declared;

    JsonFiles(RowSource.Request request, Read.Json json, DeclaredColumns declared) {
        this.request = request;
        this.json = json;
        this.declared = declared;
    }

    @Override
    public Dataset<Row> read(List<Path> files) {
        Dataset<Row> records = json.multiLine()
                ? wholeFiles(files)
                : TextRecords.json(
                        RawFiles.reader(request), request.source().columns().keySet(), RawFiles.texts(files));
        if (!json.nullValue().isEmpty()) {
            for (String column : request.source().columns().keySet()) {
                Column text = col(Columns.quoted(column));
                records = records.withColumn(column, when(text.notEqual(json.nullValue()), text));
            }
        }
        return declared.of(records, files.get(0).toString());
    }

    private Dataset<Row> wholeFiles(List<Path> files) {
        StructType schema = new StructType();
        for (String column : request.source().columns().keySet()) {
            schema = schema.add(column, DataTypes.StringType);
        }
        return RawFiles.reader(request)
                .schema(schema.add(RowSource.MALFORMED, DataTypes.StringType))
                .option("mode", "PERMISSIVE")
                .option("columnNameOfCorruptRecord", RowSource.MALFORMED)
                .option("encoding", StandardCharsets.UTF_8.name())
                .option("multiLine", true)
                .json(RawFiles.texts(files).toArray(String[]::new))
                .withColumn(RowSource.ORIGIN, col("_metadata.file_path"));
    }
}
