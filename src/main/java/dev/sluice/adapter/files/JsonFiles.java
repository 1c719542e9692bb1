package dev.sluice.adapter.files;

import dev.sluice.config.Read;
import dev.sluice.frame.Columns;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.port.RowSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
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
        StructType schema = new StructType();
        for (String column : request.source().columns().keySet()) {
            schema = schema.add(column, DataTypes.StringType);
        }
        var reader = RawFiles.reader(request)
                .schema(schema.add(RowSource.MALFORMED, DataTypes.StringType))
                .option("mode", "PERMISSIVE")
                .option("columnNameOfCorruptRecord", RowSource.MALFORMED)
                .option("encoding", StandardCharsets.UTF_8.name())
                .option("multiLine", json.multiLine());
        if (!json.multiLine()) {
            reader = reader.option("lineSep", "\n");
        }
        Dataset<Row> records =
                reader.json(RawFiles.texts(files)).withColumn(RowSource.ORIGIN, functions.col("_metadata.file_path"));
        if (!json.nullValue().isEmpty()) {
            for (String column : request.source().columns().keySet()) {
                Column text = functions.col(Columns.quoted(column));
                records = records.withColumn(column, functions.when(text.notEqual(json.nullValue()), text));
            }
        }
        return declared.of(records, files.get(0).toString());
    }
}
