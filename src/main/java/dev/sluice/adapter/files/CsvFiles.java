package dev.sluice.adapter.files;

import dev.sluice.config.Read;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.frame.records.Dialect;
import dev.sluice.frame.records.Header;
import dev.sluice.frame.records.TextRecords;
import dev.sluice.port.RowSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** CSV files as texts by column name: files are grouped by their header, and each group is read with the names it says. */
final class CsvFiles implements RecordFiles {
    private final RowSource.Request request;
    private final Dialect dialect;
    private final DeclaredColumns declared;

    CsvFiles(RowSource.Request request, Read.Csv csv, DeclaredColumns declared) {
        this.request = request;
        this.dialect =
                new Dialect(csv.separator(), csv.isQuoted() ? csv.quote() : "", csv.nullValue(), csv.multiLine());
        this.declared = declared;
    }

    @Override
    public Dataset<Row> read(List<Path> files) {
        Map<Header, List<Path>> byHeader = new LinkedHashMap<>();
        for (Path file : files) {
            header(file).ifPresent(header -> byHeader.computeIfAbsent(header, h -> new ArrayList<>())
                    .add(file));
        }
        return byHeader.entrySet().stream()
                .map(group -> read(group.getKey(), group.getValue()))
                .reduce((one, other) -> one.unionByName(other, true))
                .orElseGet(this::nothing);
    }

    private Dataset<Row> read(Header header, List<Path> files) {
        return declared.of(
                TextRecords.csv(RawFiles.reader(request), dialect, header, RawFiles.texts(files)),
                header(files.get(0).toString()));
    }

    private Dataset<Row> nothing() {
        StructType schema = new StructType();
        for (String column : request.source().columns().keySet()) {
            schema = schema.add(column, DataTypes.StringType);
        }
        return request.spark().createDataFrame(List.<Row>of(), schema);
    }

    /** The header of a file; empty for a file without one. */
    private Optional<Header> header(Path file) {
        try (InputStream content = RawFiles.open(file.getFileSystem(RawFiles.hadoop(request)), file)) {
            Optional<Header> header = Header.of(content, dialect);
            header.ifPresent(found -> refuseTwice(file.toString(), found.names()));
            return header;
        } catch (Header.Malformed e) {
            throw new SluiceException(
                    ErrorCode.INPUT_MALFORMED, header(file.toString()) + " " + e.getMessage(), e.remedy(), e);
        } catch (IOException e) {
            throw RawFiles.isDenied(e)
                    ? RawFiles.unreadable(file.toString(), e)
                    : RawFiles.damaged(List.of(file), RawFiles.hadoop(request), e)
                            .orElseGet(() -> RawFiles.unreadable(file.toString(), e));
        }
    }

    /** Columns are found by name without regard to letter case, so that none may be there twice. */
    private static void refuseTwice(String file, List<String> names) {
        Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : names) {
            if (!seen.add(name)) {
                throw new SluiceException(
                        ErrorCode.INPUT_MALFORMED,
                        header(file) + " names the column " + name + " twice: " + String.join(", ", names),
                        "give each column of the file a name of its own, in more than letter case");
            }
        }
    }

    private static String header(String file) {
        return file + ":1: the header";
    }
}
