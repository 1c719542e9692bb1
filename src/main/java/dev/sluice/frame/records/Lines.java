package dev.sluice.frame.records;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The lines of a stream, one at a time. The line at hand is in memory as a whole; it can be made to go on over the lines
 * after it, and be taken back. The next call may move its bytes.
 */
final class Lines implements Closeable {
    /** Is not a byte. */
    static final int NO_BYTE = Integer.MAX_VALUE;

    /** What a line may be long at most: an array of Java holds little more. */
    private static final int MOST = 1 << 30;

    private static final int FIRST_READ = 1 << 16;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final boolean crEnds;

    private byte[] bytes = new byte[FIRST_READ];
    private int begin;
    private int end;
    private long offset;
    private long line;

    /** Bytes of the line at hand, without its end and with it, and how many lines of the file it has. */
    private int length;

    private int whole;
    private int spanned;

    /**
     * Lines of a stream.
     *
     * @param in what stands at {@code offset} of a file and after it
     * @param line number of lines before it
     * @param crEnds whether a carriage return alone ends a line too, beside LF and CR LF
     */
    Lines(InputStream in, long offset, long line, boolean crEnds) {
        this.in = in;
        this.offset = offset;
        this.line = line + 1;
        this.crEnds = crEnds;
    }

    /** Leaves out a byte order mark that stands here; to be asked before the first line. */
    void skipByteOrderMark() throws IOException {
        while (end - begin < BYTE_ORDER_MARK.length && fill()) {
            // more is needed to tell
        }
        if (Arrays.equals(bytes, begin, Math.min(end, begin + BYTE_ORDER_MARK.length), BYTE_ORDER_MARK, 0, 3)) {
            begin += BYTE_ORDER_MARK.length;
            offset += BYTE_ORDER_MARK.length;
        }
    }

    /** Goes to the line after the one at hand; false at the end. */
    boolean next() throws IOException {
        begin += whole;
        offset += whole;
        line += spanned;
        length = 0;
        whole = 0;
        spanned = 0;
        return goOn();
    }

    /** Makes the line at hand go on over the next one; false at the end. */
    boolean goOn() throws IOException {
        if (begin + whole == end && !fill()) {
            return false;
        }
        findEnd();
        spanned++;
        return true;
    }

    /** Makes the line at hand end with the line of the file that has its byte at this place. */
    void cut(int place) throws IOException {
        whole = 0;
        spanned = 0;
        do {
            findEnd();
            spanned++;
        } while (length <= place && whole > length);
    }

    /** Whether the line at hand has nothing but blanks, of which one byte is none. */
    boolean hasOnlyBlanks(int other) {
        for (int i = begin; i < begin + length; i++) {
            if (!isBlank(bytes[i]) || bytes[i] == other) {
                return false;
            }
        }
        return true;
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /** The bytes of the line at hand, without its end. */
    Slice slice() {
        return new Slice(bytes, begin, length);
    }

    /** How many bytes the line at hand has, without its end. */
    int length() {
        return length;
    }

    /** Where the line at hand begins in the file. */
    long offset() {
        return offset;
    }

    /** Where the line after the one at hand begins in the file. */
    long following() {
        return offset + whole;
    }

    /** The number of the line at hand; the first one has 1. */
    long line() {
        return line;
    }

    /** How many lines of the file the one at hand goes over. */
    int spanned() {
        return spanned;
    }

    /** Sets length and whole by the first line end at or after {@code whole}. */
    private void findEnd() throws IOException {
        int at = whole;
        while (true) {
            byte[] now = bytes;
            int i = begin + at;
            for (int last = end; i < last; i++) {
                byte b = now[i];
                if (b == '\n' || (b == '\r' && crEnds)) {
                    break;
                }
            }
            at = i - begin;
            if (i == end) {
                if (!fill()) {
                    length = at;
                    whole = at;
                    return;
                }
                continue;
            }
            length = at;
            whole = at + 1;
            if (now[i] == '\r') {
                if (begin + whole < end || fill()) {
                    whole += bytes[begin + whole] == '\n' ? 1 : 0;
                }
            } else if (at > 0 && now[i - 1] == '\r' && !crEnds) {
                length--;
            }
            return;
        }
    }

    /** Reads more; false at the end of the stream. */
    private boolean fill() throws IOException {
        if (end == bytes.length) {
            int kept = end - begin;
            if (kept == MOST) {
                throw new TooLong("the line at byte " + offset + " is longer than " + MOST + " bytes");
            }
            byte[] to = begin > kept || bytes.length == MOST ? bytes : new byte[2 * bytes.length];
            System.arraycopy(bytes, begin, to, 0, kept);
            bytes = to;
            begin = 0;
            end = kept;
        }
        int read = in.read(bytes, end, bytes.length - end);
        end += Math.max(read, 0);
        return read > 0;
    }

    /** A line that no array holds. */
    static final class TooLong extends IOException {
        private static final long serialVersionUID = 1;

        TooLong(String message) {
            super(message);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
