package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** How a value that is not null goes from one row to another: without an object of its own where that can be, since there are many. */
enum Move {
    BOOLEAN {
        @Override
        void move(InternalRow from, int i, DataType type, InternalRow to, int j) {
            to.setBoolean(j, from.getBoolean(i));
        }
    },
    INT {
        @Override
        void move(InternalRow from, int i, DataType type, InternalRow to, int j) {
            to.setInt(j, from.getInt(i));
        }
    },
    LONG {
        @Override
        void move(InternalRow from, int i, DataType type, InternalRow to, int j) {
            to.setLong(j, from.getLong(i));
        }
    },
    FLOAT {
        @Override
        void move(InternalRow from, int i, DataType type, InternalRow to, int j) {
            to.setFloat(j, from.getFloat(i));
        }
    },
    DOUBLE {
        @Override
        void move(InternalRow from, int i, DataType type, InternalRow to, int j) {
            to.setDouble(j, from.getDouble(i));
        }
    },
    OBJECT {
        @Override
        void move(InternalRow from, int i, DataType type, InternalRow to, int j) {
            to.update(j, from.get(i, type));
        }
    };

    static Move of(DataType type) {
        if (type instanceof DoubleType) {
            return DOUBLE;
        }
        if (type instanceof LongType || type instanceof TimestampType || type instanceof TimestampNTZType) {
            return LONG;
        }
        if (type instanceof IntegerType || type instanceof DateType) {
            return INT;
        }
        if (type instanceof FloatType) {
            return FLOAT;
        }
        return type instanceof BooleanType ? BOOLEAN : OBJECT;
    }

    /** Writes {@code from[i]}, which has this type, to {@code to[j]}. */
    abstract void move(InternalRow from, int i, DataType type, InternalRow to, int j);
}
