package dev.sluice.frame.asof;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** How values of several columns go from one row to another. */
final class Moves {
    private final DataType[] types;
    private final Move[] moves;

    Moves(DataType[] types) {
        this.types = types;
        this.moves = Arrays.stream(types).map(Move::of).toArray(Move[]::new);
    }

    /** A row of these columns alone, with nothing in it. */
    InternalRow row() {
        StructType columns = new StructType();
        for (int i = 0; i < types.length; i++) {
            columns = columns.add("column_" + i, types[i]);
        }
        return new SpecificInternalRow(columns);
    }

    /** Makes bytes of such rows. */
    UnsafeProjection projection() {
        return UnsafeProjection.create(types);
    }

    /** Writes {@code from[first]} and the values behind it to {@code to[at]} and on. */
    void move(InternalRow from, int first, InternalRow to, int at) {
        for (int i = 0; i < moves.length; i++) {
            if (from.isNullAt(first + i)) {
                to.setNullAt(at + i);
            } else {
                moves[i].move(from, first + i, types[i], to, at + i);
            }
        }
    }
}
