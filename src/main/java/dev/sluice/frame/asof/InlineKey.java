package dev.sluice.frame.asof;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** A row's first column as a whole number of at most eight bytes, equal where the columns are. */
enum InlineKey {
    SHORT,
    INT,
    LONG;

    /** Whether there is one for a type. */
    static boolean canBe(DataType type) {
        return type instanceof ShortType
                || type instanceof IntegerType
                || type instanceof DateType
                || type instanceof LongType
                || type instanceof TimestampType
                || type instanceof TimestampNTZType;
    }

    /** Of a type that can be one. */
    static InlineKey of(DataType type) {
        if (type instanceof ShortType) {
            return SHORT;
        }
        return type instanceof IntegerType || type instanceof DateType ? INT : LONG;
    }

    long of(InternalRow row) {
        return switch (this) {
            case SHORT -> row.getShort(0);
            case INT -> row.getInt(0);
            case LONG -> row.getLong(0);
        };
    }
}
