package dev.sluice.feast;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A message of Protocol Buffers while it is written. */
public final class ProtobufBytes {
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int LENGTH = 2;
    private static final int FOUR_BYTES = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A field of type int32, int64 or bool; negative numbers have ten bytes. */
    public ProtobufBytes number(int field, long value) {
        return tag(field, VARINT).varint(value);
    }

    ProtobufBytes bytes(int field, byte[] value) {
        return tag(field, LENGTH).varint(value.length).raw(value);
    }

    ProtobufBytes fixed(int field, double value) {
        return tag(field, EIGHT_BYTES).raw(value);
    }

    ProtobufBytes fixed(int field, float value) {
        return tag(field, FOUR_BYTES).raw(value);
    }

    private ProtobufBytes tag(int field, int type) {
        return varint(((long) field << 3) | type);
    }

    /** Seven bits a byte, lowest first; the eighth says that more follow. */
    ProtobufBytes varint(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
        return this;
    }

    ProtobufBytes raw(double value) {
        return raw(ByteBuffer.allocate(Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array());
    }

    ProtobufBytes raw(float value) {
        return raw(ByteBuffer.allocate(Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array());
    }

    private ProtobufBytes raw(byte[] value) {
        out.write(value, 0, value.length);
        return this;
    }

    public byte[] done() {
        return out.toByteArray();
    }
}
