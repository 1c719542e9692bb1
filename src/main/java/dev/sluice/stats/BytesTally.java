package dev.sluice.stats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A tally of byte strings: texts in UTF-8, decimals as their digits, bytes. They are compared where they are and copied when
 * first seen; those of more than {@link Distinct#LONGEST_COUNTED} bytes are never kept. What is worked out of a value once can
 * be kept beside it.
 */
final class BytesTally extends Tally {
    private static final HexFormat HEX = HexFormat.of();

    private final ColumnKind kind;
    private final long[] hashes = new long[SLOTS];
    private final int[] starts = new int[SLOTS];
    private final int[] ends = new int[SLOTS];
    private final int[] lengths = new int[SLOTS];
    private final TextForm[] forms = new TextForm[SLOTS];
    private byte[] kept = new byte[256];
    private int used;

    BytesTally(ColumnKind kind) {
        this.kind = kind;
    }

    /** Counts a value that is in the table: its slot, or -1 when it is not there. */
    int hit(byte[] bytes, int from, int to, long hash) {
        int slot = find(bytes, from, to, hash);
        if (slot >= 0) {
            counts[slot]++;
        }
        return slot;
    }

    /**
     * Counts or estimates a value that is not in the table.
     *
     * @param length and
     * @param form are to be kept beside it
     */
    void miss(byte[] bytes, int from, int to, long hash, int length, TextForm form) {
        boolean tooLong = to - from > Distinct.LONGEST_COUNTED;
        if (counted() && (tooLong || full())) {
            estimate();
        }
        if (!counted()) {
            sketch.add(hash);
        }
        if (!tooLong) {
            put(bytes, from, to, hash, 1, length, form);
        }
    }

    int length(int slot) {
        return lengths[slot];
    }

    TextForm form(int slot) {
        return forms[slot];
    }

    private int find(byte[] bytes, int from, int to, long hash) {
        int slot = (int) hash & (SLOTS - 1);
        while (counts[slot] != 0) {
            if (hashes[slot] == hash && Arrays.equals(kept, starts[slot], ends[slot], bytes, from, to)) {
                return slot;
            }
            slot = (slot + 1) & (SLOTS - 1);
        }
        return -1;
    }

    private void put(byte[] bytes, int from, int to, long hash, long rows, int length, TextForm form) {
        if (full()) {
            purge();
        }
        place(insert(hash, rows), bytes, from, to, hash, length, form);
    }

    private void place(int slot, byte[] bytes, int from, int to, long hash, int length, TextForm form) {
        int end = used + to - from;
        if (end > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(end, 2 * kept.length));
        }
        System.arraycopy(bytes, from, kept, used, to - from);
        hashes[slot] = hash;
        starts[slot] = used;
        ends[slot] = end;
        lengths[slot] = length;
        forms[slot] = form;
        used = end;
    }

    @Override
    long hash(int slot) {
        return hashes[slot];
    }

    @Override
    String text(int slot) {
        return kind == ColumnKind.BINARY
                ? HEX.formatHex(kept, starts[slot], ends[slot])
                : new String(kept, starts[slot], ends[slot] - starts[slot], StandardCharsets.UTF_8);
    }

    @Override
    boolean knows(String text) {
        byte[] bytes = bytes(text);
        return find(bytes, 0, bytes.length, Hash.of(bytes, 0, bytes.length)) >= 0;
    }

    @Override
    void add(String text, long rows) {
        byte[] bytes = bytes(text);
        int to = bytes.length;
        long hash = Hash.of(bytes, 0, to);
        if (!counted()) {
            sketch.add(hash);
        }
        int slot = find(bytes, 0, to, hash);
        if (slot >= 0) {
            counts[slot] += rows;
        } else {
            boolean isText = kind == ColumnKind.TEXT;
            put(
                    bytes,
                    0,
                    to,
                    hash,
                    rows,
                    isText ? TextForm.characters(bytes, 0, to) : to,
                    isText ? TextForm.of(bytes, 0, to) : TextForm.OTHER);
        }
    }

    private byte[] bytes(String text) {
        return kind == ColumnKind.BINARY ? HEX.parseHex(text) : text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    void keep(long[] before, long taken) {
        byte[] bytes = kept;
        long[] oldHashes = hashes.clone();
        int[] oldStarts = starts.clone();
        int[] oldEnds = ends.clone();
        int[] oldLengths = lengths.clone();
        TextForm[] oldForms = forms.clone();
        kept = new byte[Math.max(256, used / 2)];
        used = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            if (before[slot] > taken) {
                place(
                        insert(oldHashes[slot], before[slot] - taken),
                        bytes,
                        oldStarts[slot],
                        oldEnds[slot],
                        oldHashes[slot],
                        oldLengths[slot],
                        oldForms[slot]);
            }
        }
    }
}
