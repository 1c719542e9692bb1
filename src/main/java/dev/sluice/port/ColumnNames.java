package dev.sluice.port;

import dev.sluice.core.ColumnName;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Names of columns on their way into a table. */
public final class ColumnNames {
    private ColumnNames() {}

    /**
     * Refuses rows that the table cannot take, before anything is computed.
     *
     * @throws SluiceException PLAN_INVALID naming every column that Delta has no place for, fields of structs among them
     */
    public static void requireStorable(TableName table, StructType columns) {
        List<String> refused = new ArrayList<>();
        collect(columns, "", refused);
        if (!refused.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "table " + table + " cannot have the columns "
                            + refused.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "))
                            + ": expected " + ColumnName.EXPECTED,
                    "declare them in the source and give them other names (rename: {OLD: NEW} of the table), or leave them out");
        }
    }

    private static void collect(DataType type, String path, List<String> refused) {
        if (type instanceof StructType struct) {
            for (StructField field : struct.fields()) {
                if (!ColumnName.isStorable(field.name())) {
                    refused.add(path + field.name());
                }
                collect(field.dataType(), path + field.name() + ".", refused);
            }
        } else if (type instanceof ArrayType array) {
            collect(array.elementType(), path, refused);
        } else if (type instanceof MapType map) {
            collect(map.keyType(), path, refused);
            collect(map.valueType(), path, refused);
        }
    }
}
