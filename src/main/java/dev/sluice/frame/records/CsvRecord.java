package dev.sluice.frame.records;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Judges the CSV record that begins with the line at hand.
 *
 * <p>A record that cannot be taken apart ends with the line on which the field at fault begins, so that one bad quote does not
 * take the rest of the file with it.
 */
final class CsvRecord implements Shape {
    /** How far the quote that closes a value is looked for. */
    private static final int MOST_OPEN = 256 << 20;

    /** How far the lines of a value are looked for that no line may break. */
    static final int MOST_BROKEN = 1 << 20;

    /** However many fields. */
    static final int ANY = -1;

    private final Fields fields;
    private final byte separator;
    private final byte[] nullValue;
    private final boolean multiLine;
    private final int expected;

    private String why;
    private boolean isNew;
    private long brokenUntil;

    /**
     * A record.
     *
     * @param expected how many fields it should have, or {@link #ANY}
     */
    CsvRecord(Dialect dialect, int expected) {
        this.fields = new Fields(dialect);
        this.separator = utf8(dialect.separator())[0];
        this.nullValue = utf8(dialect.nullValue());
        this.multiLine = dialect.multiLine();
        this.expected = expected;
    }

    @Override
    public boolean isBlank(Lines lines) {
        return lines.hasOnlyBlanks(separator);
    }

    @Override
    public void take(Lines lines) throws IOException {
        Fields.State state = fields.split(lines.slice());
        if (state == Fields.State.OPEN && multiLine) {
            state = goOn(lines, MOST_OPEN);
        } else if (state == Fields.State.OPEN) {
            markBroken(lines);
        }
        if (state != Fields.State.WHOLE && lines.spanned() > 1) {
            lines.cut(fields.fault());
        }
        why = why(state, lines.offset() < brokenUntil);
        isNew = true;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Fields.State goOn(Lines lines, int most) throws IOException {
        Fields.State state = Fields.State.OPEN;
        while (state == Fields.State.OPEN && lines.length() <= most && lines.goOn()) {
            state = fields.goOn(lines.slice());
        }
        return state;
    }

    /** Where the lines from here on are one record with the right fields, none of them is a record of its own. */
    private void markBroken(Lines lines) throws IOException {
        Fields.State state = goOn(lines, MOST_BROKEN);
        if (state == Fields.State.WHOLE && fields.count() == expected && lines.length() <= MOST_BROKEN) {
            brokenUntil = Math.max(brokenUntil, lines.following());
        }
        lines.cut(0);
    }

    private String why(Fields.State state, boolean broken) {
        return switch (state) {
            case OPEN ->
                multiLine
                        ? "a quoted value is never closed"
                        : "a quoted value is not closed on its line; set multi_line where values have line breaks";
            case TEXT_AFTER_QUOTE -> "text follows a closing quote; a quote within a quoted value is doubled";
            case QUOTE_IN_PLAIN ->
                "a quote stands in a value without quotes around it; with them, the quote within is doubled";
            case WHOLE -> {
                if (expected != ANY && fields.count() != expected) {
                    yield "expected " + number(expected) + " as the header has, found " + fields.count();
                }
                yield broken
                        ? "the line is within a quoted value of the lines around it; set multi_line where values have line"
                                + " breaks"
                        : null;
            }
        };
    }

    private static String number(int count) {
        return count == 1 ? "1 field" : count + " fields";
    }

    /** All fields of the record. */
    Fields fields() {
        return fields;
    }

    @Override
    public String why() {
        return why;
    }

    @Override
    public int fault() {
        return 0;
    }

    @Override
    public int element() {
        return 0;
    }

    @Override
    public boolean nextRow() {
        boolean isThere = isNew;
        isNew = false;
        return isThere;
    }

    @Override
    public Slice field(int place) {
        if (fields.isAbsent(place)) {
            return null;
        }
        Slice value = fields.get(place);
        return value.is(nullValue) ? null : value;
    }
}
