package dev.sluice.adapter.files;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Read;
import dev.sluice.frame.Columns;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.frame.records.TextRecords;
import dev.sluice.port.RowSource;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

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
        Dataset<Row> records = TextRecords.json(
                RawFiles.reader(request),
                json.multiLine(),
                request.source().columns().keySet(),
                RawFiles.texts(files));
        if (!json.nullValue().isEmpty()) {
            for (String column : request.source().columns().keySet()) {
                Column text = col(Columns.quoted(column));
                records = records.withColumn(column, when(text.notEqual(json.nullValue()), text));
            }
        }
        return declared.of(records, files.get(0).toString());
    }
}
