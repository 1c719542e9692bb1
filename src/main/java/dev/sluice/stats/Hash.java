package dev.sluice.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Hashes of 64 bits. They never change: stored sketches are made of them. */
final class Hash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** 2^64 divided by the golden ratio, odd. */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Hash() {}

    /** A bijection that spreads every bit over all others (D. Stafford's mix 13 of MurmurHash3's last step, 2011). */
    static long of(long value) {
        long mixed = value + GOLDEN;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** Of bytes and how many there are: eight at a time, the last eight of them overlapping those before. */
    static long of(byte[] bytes, int from, int to) {
        int length = to - from;
        long hash = length;
        if (length >= 8) {
            for (int i = from; i < to - 8; i += 8) {
                hash = of(hash ^ eight(bytes, i));
            }
            return of(hash ^ eight(bytes, to - 8));
        }
        if (length >= 4) {
            long low = (int) INT.get(bytes, from) & 0xffff_ffffL;
            return of(of(hash ^ low) ^ (int) INT.get(bytes, to - 4));
        }
        long few = 0;
        for (int i = from; i < to; i++) {
            few = (few << 8) | (bytes[i] & 0xff);
        }
        return of(of(hash) ^ few);
    }

    /** Eight bytes as one number. */
    static long eight(byte[] bytes, int from) {
        return (long) LONG.get(bytes, from);
    }
}
