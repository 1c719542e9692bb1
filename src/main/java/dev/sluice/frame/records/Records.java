package dev.sluice.frame.records;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.apache.spark.sql.types.StructType;

/** The records of a part of a file: those that begin in it. A blank line is none. */
final class Records implements Closeable {
    private final Lines lines;
    private final Shape shape;
    private final long start;
    private final long end;

    private Records(Lines lines, Shape shape, long start, long end) {
        this.lines = lines;
        this.shape = shape;
        this.start = start;
        this.end = end;
    }

    /** The bytes of a file. */
    interface Content {
        /** Those from a place on. */
        InputStream from(long offset) throws IOException;
    }

    /**
     * Records of a part.
     *
     * @param fields those that each should have
     * @param start the first byte of the part
     * @param end the byte after its last one
     */
    static Records of(Content content, Layout layout, StructType fields, long start, long end) throws IOException {
        long from = Math.max(layout.bytes(), start - layout.lookBack());
        boolean isWithin = from > layout.bytes();
        // With the byte before one sees whether a line begins here: else the one that goes on here is of an earlier
        // part.
        long first = isWithin ? from - 1 : from;
        Lines lines = new Lines(content.from(first), first, layout.lines(), layout.isCsv());
        try {
            if (isWithin) {
                lines.next();
            } else if (first == 0) {
                lines.skipByteOrderMark();
            }
            return new Records(lines, layout.shape(fields), start, end);
        } catch (IOException | RuntimeException e) {
            lines.close();
            throw e;
        }
    }

    /** Goes to the next record; false where there is none. */
    boolean next() throws IOException {
        while (lines.next() && lines.offset() < end) {
            if (shape.isBlank(lines)) {
                continue;
            }
            shape.take(lines);
            if (lines.offset() >= start) {
                return true;
            }
        }
        return false;
    }

    /** The lines of the record. */
    Lines lines() {
        return lines;
    }

    /** What it is. */
    Shape shape() {
        return shape;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
