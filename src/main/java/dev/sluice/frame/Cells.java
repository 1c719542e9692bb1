package dev.sluice.frame;

import dev.sluice.stats.ColumnProfileBuilder;
import java.math.BigDecimal;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;

/**
 * The cells of one column on their way to its profile: from a row, from a column vector, or from a value of Spark's public
 * interface, in which dates and times are the numbers that Spark holds. All three give the same profile.
 */
abstract class Cells {
    final ColumnProfileBuilder profile;

    Cells(DataType type) {
        this.profile = new ColumnProfileBuilder(type.catalogString());
    }

    /** Those of a column of a type. */
    static Cells of(DataType type) {
        if (type instanceof DecimalType decimal) {
            return decimal.precision() <= ColumnProfileBuilder.DIGITS_OF_DOUBLE
                    ? new NarrowDecimals(decimal)
                    : new WideDecimals(decimal);
        } else if (type instanceof ArrayType array) {
            return new NestedCells.Arrays(array);
        } else if (type instanceof StructType struct) {
            return new NestedCells.Structs(struct);
        }
        return switch (type.catalogString()) {
            case "boolean" -> new Booleans(type);
            case "tinyint" -> new Bytes(type);
            case "smallint" -> new Shorts(type);
            case "int", "date" -> new Ints(type);
            case "bigint", "timestamp" -> new Longs(type);
            case "float" -> new Floats(type);
            case "double" -> new Doubles(type);
            case "string" -> new TextCells(type);
            case "binary" -> new Binaries(type);
            default -> new Others(type);
        };
    }

    /** A cell of a row. */
    final void add(SpecializedGetters row, int i) {
        if (row.isNullAt(i)) {
            addNull();
        } else {
            addValue(row, i);
        }
    }

    /** A value of the public interface. */
    final void addPublic(Object value) {
        if (value == null) {
            addNull();
        } else {
            addPublicValue(value);
        }
    }

    /** The first cells of a vector. */
    void add(ColumnVector vector, int rows) {
        boolean nulls = vector.hasNull();
        for (int i = 0; i < rows; i++) {
            if (nulls && vector.isNullAt(i)) {
                addNull();
            } else {
                addValue(vector, i);
            }
        }
    }

    void addNull() {
        profile.addNull();
    }

    /** Puts the profiles of what is within these cells under its path, after this one's. */
    void nested(String path, Map<String, ColumnProfileBuilder> profiles) {}

    abstract void addValue(SpecializedGetters row, int i);

    abstract void addValue(ColumnVector vector, int i);

    abstract void addPublicValue(Object value);

    private abstract static class Wholes extends Cells {
        Wholes(DataType type) {
            super(type);
        }

        @Override
        final void addPublicValue(Object value) {
            profile.addLong(((Number) value).longValue());
        }
    }

    private abstract static class Reals extends Cells {
        Reals(DataType type) {
            super(type);
        }

        @Override
        final void addPublicValue(Object value) {
            profile.addDouble(((Number) value).doubleValue());
        }
    }

    private static final class Booleans extends Cells {
        Booleans(DataType type) {
            super(type);
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            profile.addBoolean(row.getBoolean(i));
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            profile.addBoolean(vector.getBoolean(i));
        }

        @Override
        void addPublicValue(Object value) {
            profile.addBoolean((Boolean) value);
        }
    }

    private static final class Bytes extends Wholes {
        Bytes(DataType type) {
            super(type);
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            profile.addLong(row.getByte(i));
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            profile.addLong(vector.getByte(i));
        }
    }

    private static final class Shorts extends Wholes {
        Shorts(DataType type) {
            super(type);
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            profile.addLong(row.getShort(i));
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            profile.addLong(vector.getShort(i));
        }
    }

    private static final class Ints extends Wholes {
        Ints(DataType type) {
            super(type);
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            profile.addLong(row.getInt(i));
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            profile.addLong(vector.getInt(i));
        }

        @Override
        void add(ColumnVector vector, int rows) {
            // A loop of its own for each of the usual types: the compiler makes one piece of it.
            boolean nulls = vector.hasNull();
            for (int i = 0; i < rows; i++) {
                if (nulls && vector.isNullAt(i)) {
                    profile.addNull();
                } else {
                    profile.addLong(vector.getInt(i));
                }
            }
        }
    }

    private static final class Longs extends Wholes {
        Longs(DataType type) {
            super(type);
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            profile.addLong(row.getLong(i));
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            profile.addLong(vector.getLong(i));
        }

        @Override
        void add(ColumnVector vector, int rows) {
            boolean nulls = vector.hasNull();
            for (int i = 0; i < rows; i++) {
                if (nulls && vector.isNullAt(i)) {
                    profile.addNull();
                } else {
                    profile.addLong(vector.getLong(i));
                }
            }
        }
    }

    private static final class Floats extends Reals {
        Floats(DataType type) {
            super(type);
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            profile.addDouble(row.getFloat(i));
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            profile.addDouble(vector.getFloat(i));
        }
    }

    private static final class Doubles extends Reals {
        Doubles(DataType type) {
            super(type);
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            profile.addDouble(row.getDouble(i));
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            profile.addDouble(vector.getDouble(i));
        }

        @Override
        void add(ColumnVector vector, int rows) {
            boolean nulls = vector.hasNull();
            for (int i = 0; i < rows; i++) {
                if (nulls && vector.isNullAt(i)) {
                    profile.addNull();
                } else {
                    profile.addDouble(vector.getDouble(i));
                }
            }
        }
    }

    /** Decimals that their doubles tell apart. */
    private static final class NarrowDecimals extends Cells {
        private final int precision;
        private final int scale;

        NarrowDecimals(DecimalType type) {
            super(type);
            this.precision = type.precision();
            this.scale = type.scale();
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            profile.addUnscaled(row.getDecimal(i, precision, scale).toUnscaledLong());
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            profile.addUnscaled(vector.getDecimal(i, precision, scale).toUnscaledLong());
        }

        @Override
        void addPublicValue(Object value) {
            profile.addUnscaled(
                    ((BigDecimal) value).setScale(scale).unscaledValue().longValueExact());
        }
    }

    private static final class WideDecimals extends Cells {
        private final int precision;
        private final int scale;

        WideDecimals(DecimalType type) {
            super(type);
            this.precision = type.precision();
            this.scale = type.scale();
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            profile.addDecimal(row.getDecimal(i, precision, scale).toJavaBigDecimal());
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            profile.addDecimal(vector.getDecimal(i, precision, scale).toJavaBigDecimal());
        }

        @Override
        void addPublicValue(Object value) {
            profile.addDecimal(((BigDecimal) value).setScale(scale));
        }
    }

    private static final class Binaries extends Cells {
        Binaries(DataType type) {
            super(type);
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            add(row.getBinary(i));
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            add(vector.getBinary(i));
        }

        @Override
        void addPublicValue(Object value) {
            add((byte[]) value);
        }

        private void add(byte[] bytes) {
            profile.addBytes(bytes, 0, bytes.length);
        }
    }

    /** Of whose values only presence is known. */
    private static final class Others extends Cells {
        Others(DataType type) {
            super(type);
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            profile.addOther();
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            profile.addOther();
        }

        @Override
        void addPublicValue(Object value) {
            profile.addOther();
        }
    }
}
