package dev.sluice.frame.records;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.Platform;
import scala.collection.AbstractIterator;

/** Records as rows of Spark. A row is there until the next one is asked for. */
final class RecordRows extends AbstractIterator<InternalRow> {
    private static final Own[] OWN = Own.values();
    private static final int NOT_ADDED = -1;

    private static final byte[] LINE = utf8("line ");
    private static final byte[] BYTE = utf8("byte ");
    private static final byte[] ELEMENT = utf8("element ");
    private static final byte[] OTHER_ENCODING = utf8("the line is not UTF-8");
    private static final char REPLACEMENT = '\uFFFD';
    private static final int MOST_DIGITS = 19;

    private final boolean fromStart;
    private final byte[] origin;
    private final int[] columns;
    private final RowBuffer row;
    private final Utf8 utf8 = new Utf8();
    private final byte[] position = new byte[MOST_DIGITS + ELEMENT.length];

    /** The record at hand, where it is in the row, and whether it is UTF-8. */
    private Slice record;

    private int recordPlace;
    private boolean isText;

    /** Whether all of it that the row has so far is. */
    private boolean isExact;

    /** Null when they have come to their end. */
    private Records records;

    private boolean isRead;
    private boolean isThere;

    /**
     * Rows of records.
     *
     * @param fromStart whether they are counted from the begin of their file
     * @param columns for each column of a row the field it has, or {@code -1 - ordinal} of {@link Own}
     */
    RecordRows(Records records, boolean fromStart, String origin, int[] columns) {
        this.records = records;
        this.fromStart = fromStart;
        this.origin = utf8(origin);
        this.columns = columns.clone();
        this.row = new RowBuffer(columns.length);
    }

    /** What a row has after its fields, in the order of its columns. */
    enum Own {
        MALFORMED,
        WHY,
        ENCODING,
        ORIGIN,
        POSITION
    }

    @Override
    public boolean hasNext() {
        if (!isRead) {
            isThere = advance();
            isRead = true;
        }
        return isThere;
    }

    private boolean advance() {
        try {
            while (!records.shape().nextRow()) {
                if (!records.next()) {
                    close();
                    return false;
                }
            }
            return true;
        } catch (Lines.TooLong e) {
            throw unchecked(new IOException(new String(origin, StandardCharsets.UTF_8) + ": " + e.getMessage(), e));
        } catch (IOException e) {
            throw unchecked(e);
        }
    }

    /** Lets the file go; nothing where that has been done, as at the last record. */
    void close() throws IOException {
        if (records != null) {
            records.close();
            records = null;
        }
    }

    /** Throws it as it is: Spark's reader of files knows what each kind means, and no signature of Scala names them. */
    static IllegalStateException unchecked(IOException e) {
        Platform.throwException(e);
        return new IllegalStateException(e);
    }

    @Override
    public InternalRow next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        isRead = false;
        Shape shape = records.shape();
        record = records.lines().slice();
        recordPlace = NOT_ADDED;
        isText = utf8.isIn(record);
        isExact = true;
        row.clear();
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] < 0) {
                write(i, OWN[-1 - columns[i]], shape.why());
            } else {
                write(i, shape.why() == null ? shape.field(columns[i]) : null);
            }
        }
        return row.row();
    }

    private void write(int column, Own own, String why) {
        switch (own) {
            case MALFORMED -> write(column, why == null ? null : record);
            case WHY -> {
                if (why == null) {
                    row.setNull(column);
                } else {
                    write(column, utf8(why));
                }
            }
            case ENCODING -> {
                // Comes after the fields and the record: what the row has not is not asked about.
                if (isExact) {
                    row.setNull(column);
                } else {
                    write(column, OTHER_ENCODING);
                }
            }
            case ORIGIN -> write(column, origin);
            case POSITION -> {
                if (records.shape().element() > 0) {
                    position(column, ELEMENT, records.shape().element());
                } else if (fromStart) {
                    position(
                            column,
                            LINE,
                            records.lines().line() + records.shape().fault());
                } else {
                    position(column, BYTE, records.lines().offset());
                }
            }
        }
    }

    private void write(int column, Slice text) {
        if (text == null) {
            row.setNull(column);
        } else if (!isText) {
            String replaced = text.text();
            isExact &= replaced.indexOf(REPLACEMENT) < 0;
            write(column, utf8(replaced));
        } else if (text.bytes() == record.bytes()) {
            if (recordPlace == NOT_ADDED) {
                recordPlace = row.add(record.bytes(), record.begin(), record.length());
            }
            row.set(column, recordPlace + text.begin() - record.begin(), text.length());
        } else {
            row.set(column, row.add(text.bytes(), text.begin(), text.length()), text.length());
        }
    }

    private void write(int column, byte[] text) {
        row.set(column, row.add(text, 0, text.length), text.length);
    }

    private void position(int column, byte[] unit, long number) {
        int at = position.length;
        long rest = number;
        do {
            position[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        at -= unit.length;
        System.arraycopy(unit, 0, position, at, unit.length);
        int length = position.length - at;
        row.set(column, row.add(position, at, length), length);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
