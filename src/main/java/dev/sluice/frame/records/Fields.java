package dev.sluice.frame.records;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes a CSV record apart into its fields (RFC 4180, with any quote), by the places that they have in it. A record that goes on over several
 * lines is taken apart line by line, without looking at a byte twice.
 */
final class Fields {
    /** What has become of a record. */
    enum State {
        WHOLE,
        /** It ends within a quoted value. */
        OPEN,
        TEXT_AFTER_QUOTE,
        QUOTE_IN_PLAIN
    }

    private final byte[] separator;

    /** {@link Lines#NO_BYTE} where values have no quotes. */
    private final int quote;

    private byte[] bytes = {};
    private int begin;
    private int at;
    private int end;

    private int count;
    private int[] from = new int[16];
    private int[] to = new int[16];
    private boolean[] quoted = new boolean[16];
    private boolean[] doubled = new boolean[16];
    private byte[] plain = {};

    Fields(Dialect dialect) {
        this.separator = dialect.separator().getBytes(StandardCharsets.UTF_8);
        this.quote = dialect.quote().isEmpty() ? Lines.NO_BYTE : dialect.quote().charAt(0);
    }

    /** Takes a record apart. */
    State split(Slice record) {
        at = begin;
        place(record);
        count = 0;
        return fields(false);
    }

    /** Goes on with a record that was {@link State#OPEN} and is longer by now. */
    State goOn(Slice record) {
        place(record);
        return fields(true);
    }

    /** The record may stand elsewhere than before. */
    private void place(Slice record) {
        at += record.begin() - begin;
        bytes = record.bytes();
        begin = record.begin();
        end = begin + record.length();
    }

    private State fields(boolean open) {
        boolean within = open;
        do {
            State state;
            if (within || (at < end && bytes[at] == quote)) {
                if (!within) {
                    at++;
                    start(true);
                }
                state = quoted();
            } else {
                start(false);
                state = plain();
            }
            if (state != State.WHOLE) {
                return state;
            }
            within = false;
        } while (separated());
        return State.WHOLE;
    }

    private State quoted() {
        while (at < end) {
            if (bytes[at++] != quote) {
                continue;
            }
            if (at < end && bytes[at] == quote) {
                doubled[count] = true;
                at++;
                continue;
            }
            to[count] = at - 1 - begin;
            while (at < end && Lines.isBlank(bytes[at]) && !isSeparator(at)) {
                at++;
            }
            if (at < end && !isSeparator(at)) {
                return State.TEXT_AFTER_QUOTE;
            }
            count++;
            return State.WHOLE;
        }
        return State.OPEN;
    }

    private State plain() {
        byte first = separator[0];
        int quoting = quote;
        byte[] now = bytes;
        int i = at;
        for (int last = end; i < last; i++) {
            byte b = now[i];
            if (b == quoting) {
                at = i;
                return State.QUOTE_IN_PLAIN;
            }
            if (b == first && isSeparator(i)) {
                break;
            }
        }
        at = i;
        close();
        return State.WHOLE;
    }

    private void start(boolean isQuoted) {
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
            quoted = Arrays.copyOf(quoted, 2 * count);
            doubled = Arrays.copyOf(doubled, 2 * count);
        }
        from[count] = at - begin;
        quoted[count] = isQuoted;
        doubled[count] = false;
    }

    private void close() {
        to[count++] = at - begin;
    }

    private boolean separated() {
        if (at == end) {
            return false;
        }
        at += separator.length;
        return true;
    }

    private boolean isSeparator(int place) {
        return separator.length == 1
                ? bytes[place] == separator[0]
                : place + separator.length <= end
                        && Arrays.equals(bytes, place, place + separator.length, separator, 0, separator.length);
    }

    /** How many fields the record has; where it is not whole, how many come before the one at fault. */
    int count() {
        return count;
    }

    /** Where in the record the field at fault begins. */
    int fault() {
        return quoted[count] ? from[count] - 1 : from[count];
    }

    /** Whether a field is empty and has no quotes, so that it says nothing at all. */
    boolean isAbsent(int field) {
        return from[field] == to[field] && !quoted[field];
    }

    boolean isQuoted(int field) {
        return quoted[field];
    }

    /** The bytes of a field, which stand there until the next call. */
    Slice get(int field) {
        int length = to[field] - from[field];
        if (!doubled[field]) {
            return new Slice(bytes, begin + from[field], length);
        }
        if (plain.length < length) {
            plain = new byte[length];
        }
        int size = 0;
        for (int i = begin + from[field]; i < begin + to[field]; i++) {
            plain[size++] = bytes[i];
            if (bytes[i] == quote) {
                i++; // the other one of the two
            }
        }
        return new Slice(plain, 0, size);
    }
}
