package dev.sluice.frame.records;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Tells whether bytes are UTF-8. */
final class Utf8 {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer text = CharBuffer.allocate(1 << 10);

    boolean isIn(Slice slice) {
        return isAscii(slice) || isDecoded(ByteBuffer.wrap(slice.bytes(), slice.begin(), slice.length()));
    }

    private static boolean isAscii(Slice slice) {
        byte[] bytes = slice.bytes();
        int end = slice.begin() + slice.length();
        int all = 0;
        for (int i = slice.begin(); i < end; i++) {
            all |= bytes[i];
        }
        return all >= 0;
    }

    private boolean isDecoded(ByteBuffer bytes) {
        decoder.reset();
        CoderResult result;
        do {
            text.clear();
            result = decoder.decode(bytes, text, true);
        } while (result.isOverflow());
        return !result.isError();
    }
}
