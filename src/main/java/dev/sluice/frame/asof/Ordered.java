package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;

/** Numbers of a type as longs in the same order: NaN is the greatest, and -0.0 is less than 0.0. */
interface Ordered {
    /** The number at {@code row[at]}, which is not null. */
    long read(InternalRow row, int at);

    /** Writes the number to {@code row[at]}. */
    void write(long ordered, InternalRow row, int at);

    /** Of a type; decimals of at most 18 digits. */
    static Ordered of(DataType type) {
        if (type instanceof ByteType) {
            return of(InternalRow::getByte, (number, row, at) -> row.setByte(at, (byte) number));
        }
        if (type instanceof ShortType) {
            return of(InternalRow::getShort, (number, row, at) -> row.setShort(at, (short) number));
        }
        if (type instanceof IntegerType) {
            return of(InternalRow::getInt, (number, row, at) -> row.setInt(at, (int) number));
        }
        if (type instanceof LongType) {
            return of(InternalRow::getLong, (number, row, at) -> row.setLong(at, number));
        }
        if (type instanceof FloatType) {
            return of((row, at) -> bits(row.getFloat(at)), (number, row, at) -> row.setFloat(at, (float) real(number)));
        }
        if (type instanceof DoubleType) {
            return of((row, at) -> bits(row.getDouble(at)), (number, row, at) -> row.setDouble(at, real(number)));
        }
        DecimalType decimal = (DecimalType) type;
        return of(
                (row, at) ->
                        row.getDecimal(at, decimal.precision(), decimal.scale()).toUnscaledLong(),
                (number, row, at) ->
                        row.update(at, Decimal.createUnsafe(number, decimal.precision(), decimal.scale())));
    }

    private static Ordered of(Read read, Write write) {
        return new Ordered() {
            @Override
            public long read(InternalRow row, int at) {
                return read.read(row, at);
            }

            @Override
            public void write(long ordered, InternalRow row, int at) {
                write.write(ordered, row, at);
            }
        };
    }

    /** Negative numbers have their bits turned, so that the greater one is the greater long. */
    private static long bits(double value) {
        long bits = Double.doubleToLongBits(value);
        return bits ^ (bits >> 63 & Long.MAX_VALUE);
    }

    private static double real(long ordered) {
        return Double.longBitsToDouble(ordered ^ (ordered >> 63 & Long.MAX_VALUE));
    }

    /** Reads a number. */
    @FunctionalInterface
    interface Read {
        /** As a long. */
        long read(InternalRow row, int at);
    }

    /** Writes a number. */
    @FunctionalInterface
    interface Write {
        /** To {@code row[at]}. */
        void write(long ordered, InternalRow row, int at);
    }
}
