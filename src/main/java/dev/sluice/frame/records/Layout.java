package dev.sluice.frame.records;

import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/**
 * What a group of files has in common, as Spark carries it: as texts.
 *
 * @param isCsv whether it is CSV, else JSON, whose records are lines or, with {@code multiLine}, whole files
 * @param bytes how many bytes of each file come before its records
 * @param lines how many lines these are
 */
record Layout(boolean isCsv, Dialect dialect, long bytes, long lines) implements Serializable {
    static Layout of(Header header, Dialect dialect) {
        return new Layout(true, dialect, header.bytes(), header.lines());
    }

    static Layout ofJson(boolean isWhole) {
        return new Layout(false, new Dialect(",", "", "", isWhole), 0, 0);
    }

    Map<String, String> options() {
        return Map.of(
                "csv", Boolean.toString(isCsv),
                "separator", dialect.separator(),
                "quote", dialect.quote(),
                "nullValue", dialect.nullValue(),
                "multiLine", Boolean.toString(dialect.multiLine()),
                "headerBytes", Long.toString(bytes),
                "headerLines", Long.toString(lines));
    }

    static Layout of(scala.collection.immutable.Map<String, String> options) {
        return new Layout(
                Boolean.parseBoolean(options.apply("csv")),
                new Dialect(
                        options.apply("separator"),
                        options.apply("quote"),
                        options.apply("nullValue"),
                        Boolean.parseBoolean(options.apply("multiLine"))),
                Long.parseLong(options.apply("headerBytes")),
                Long.parseLong(options.apply("headerLines")));
    }

    /** How much of a file must be looked at before the first record of a part, to judge it right. */
    long lookBack() {
        return dialect.quote().isEmpty() ? 0 : CsvRecord.MOST_BROKEN;
    }

    /** What a record with these fields is. */
    Shape shape(StructType fields) {
        return isCsv ? new CsvRecord(dialect, fields.length()) : new JsonRecord(fields, dialect.multiLine());
    }
}
