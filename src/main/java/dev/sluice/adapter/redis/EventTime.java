package dev.sluice.adapter.redis;

import dev.sluice.feast.ProtobufBytes;

/** Event times as the message {@code google.protobuf.Timestamp}: seconds (field 1) and nanoseconds (field 2), zeros left out. */
final class EventTime {
    private static final long MICROS = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;

    private EventTime() {}

    static byte[] bytes(long micros) {
        ProtobufBytes message = new ProtobufBytes();
        long seconds = Math.floorDiv(micros, MICROS);
        long nanos = Math.floorMod(micros, MICROS) * NANOS_PER_MICRO;
        if (seconds != 0) {
            message.number(1, seconds);
        }
        if (nanos != 0) {
            message.number(2, nanos);
        }
        return message.done();
    }

    /**
     * Compares the time that stored bytes say with this one, to the nanosecond: above zero where the stored one is later.
     *
     * @throws IllegalArgumentException when they are no such message
     */
    static int compare(byte[] stored, long micros) {
        long[] fields = new long[3];
        int at = 0;
        while (at < stored.length) {
            int field = stored[at++] >>> 3;
            if (field != 1 && field != 2) {
                throw new IllegalArgumentException("no google.protobuf.Timestamp");
            }
            long value = 0;
            int shift = 0;
            do {
                if (at == stored.length || shift > 63) {
                    throw new IllegalArgumentException("no google.protobuf.Timestamp");
                }
                value |= (stored[at] & 0x7fL) << shift;
                shift += 7;
            } while (stored[at++] < 0);
            fields[field] = value;
        }
        long seconds = Math.floorDiv(micros, MICROS);
        return fields[1] != seconds
                ? Long.compare(fields[1], seconds)
                : Long.compare(fields[2], Math.floorMod(micros, MICROS) * NANOS_PER_MICRO);
    }
}
