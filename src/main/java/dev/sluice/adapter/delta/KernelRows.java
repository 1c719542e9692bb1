package dev.sluice.adapter.delta;

import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import scala.collection.JavaConverters;

/** Spark's rows as Delta Kernel's columns and back: no session, nothing but values. */
final class KernelRows {
    private record Atom(org.apache.spark.sql.types.DataType spark, DataType kernel) {}

    private static final List<Atom> ATOMS = List.of(
            new Atom(DataTypes.StringType, StringType.STRING),
            new Atom(DataTypes.LongType, LongType.LONG),
            new Atom(DataTypes.IntegerType, IntegerType.INTEGER),
            new Atom(DataTypes.DoubleType, DoubleType.DOUBLE),
            new Atom(DataTypes.BooleanType, BooleanType.BOOLEAN),
            new Atom(DataTypes.TimestampType, TimestampType.TIMESTAMP),
            new Atom(DataTypes.DateType, DateType.DATE));

    private KernelRows() {}

    /** Spark's schema in Kernel's words. */
    static StructType schema(org.apache.spark.sql.types.StructType columns) {
        StructType schema = new StructType();
        for (StructField field : columns.fields()) {
            schema = schema.add(field.name(), type(field.dataType()), field.nullable());
        }
        return schema;
    }

    private static DataType type(org.apache.spark.sql.types.DataType type) {
        if (type instanceof org.apache.spark.sql.types.ArrayType array) {
            return new ArrayType(type(array.elementType()), array.containsNull());
        }
        if (type instanceof org.apache.spark.sql.types.StructType struct) {
            return schema(struct);
        }
        for (Atom atom : ATOMS) {
            if (atom.spark().equals(type)) {
                return atom.kernel();
            }
        }
        throw new IllegalArgumentException("no record has a column of type " + type.simpleString());
    }

    /** Kernel's schema in Spark's words. */
    static org.apache.spark.sql.types.StructType columns(StructType schema) {
        org.apache.spark.sql.types.StructType columns = new org.apache.spark.sql.types.StructType();
        for (var field : schema.fields()) {
            columns = columns.add(field.getName(), sparkType(field.getDataType()), field.isNullable());
        }
        return columns;
    }

    private static org.apache.spark.sql.types.DataType sparkType(DataType type) {
        if (type instanceof ArrayType array) {
            return DataTypes.createArrayType(sparkType(array.getElementType()), array.containsNull());
        }
        if (type instanceof StructType struct) {
            return columns(struct);
        }
        for (Atom atom : ATOMS) {
            if (atom.kernel().equals(type)) {
                return atom.spark();
            }
        }
        throw new IllegalArgumentException("no record has a column of type " + type);
    }

    /** Rows as one batch of columns. */
    static FilteredColumnarBatch batch(StructType schema, List<Row> rows) {
        return new FilteredColumnarBatch(new Batch(schema, new Values(schema, rows)), Optional.empty());
    }

    /**
     * Gives the rows of a batch to the visitor, one by one.
     *
     * @return whether the visitor wants more
     */
    static boolean visit(FilteredColumnarBatch batch, Predicate<Row> visitor) {
        ColumnarBatch data = batch.getData();
        Optional<ColumnVector> kept = batch.getSelectionVector();
        org.apache.spark.sql.types.StructType columns = columns(data.getSchema());
        for (int row = 0; row < data.getSize(); row++) {
            if (kept.isPresent() && (kept.get().isNullAt(row) || !kept.get().getBoolean(row))) {
                continue;
            }
            Object[] values = new Object[columns.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value(data.getColumnVector(i), row);
            }
            if (!visitor.test(new Named(values, columns))) {
                return false;
            }
        }
        return true;
    }

    private static Object value(ColumnVector vector, int row) {
        if (vector.isNullAt(row)) {
            return null;
        }
        DataType type = vector.getDataType();
        if (type instanceof ArrayType) {
            ArrayValue array = vector.getArray(row);
            List<Object> elements = new ArrayList<>();
            for (int i = 0; i < array.getSize(); i++) {
                elements.add(value(array.getElements(), i));
            }
            return JavaConverters.asScalaBuffer(elements).toSeq();
        }
        if (type instanceof StructType struct) {
            Object[] values = new Object[struct.length()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value(vector.getChild(i), row);
            }
            return new Named(values, columns(struct));
        }
        if (type instanceof StringType) {
            return vector.getString(row);
        } else if (type instanceof LongType) {
            return vector.getLong(row);
        } else if (type instanceof IntegerType) {
            return vector.getInt(row);
        } else if (type instanceof DoubleType) {
            return vector.getDouble(row);
        } else if (type instanceof BooleanType) {
            return vector.getBoolean(row);
        } else if (type instanceof TimestampType) {
            return Timestamp.from(Instant.EPOCH.plus(vector.getLong(row), ChronoUnit.MICROS));
        } else if (type instanceof DateType) {
            return Date.valueOf(LocalDate.ofEpochDay(vector.getInt(row)));
        }
        throw new IllegalArgumentException("no record has a column of type " + type);
    }

    /** A row that knows its columns. */
    private static final class Named implements Row {
        private static final long serialVersionUID = 1L;

        private final Object[] values;
        private final org.apache.spark.sql.types.StructType columns;

        Named(Object[] values, org.apache.spark.sql.types.StructType columns) {
            this.values = values;
            this.columns = columns;
        }

        @Override
        public int length() {
            return values.length;
        }

        @Override
        public Object get(int i) {
            return values[i];
        }

        @Override
        public org.apache.spark.sql.types.StructType schema() {
            return columns;
        }

        @Override
        public int fieldIndex(String name) {
            return columns.fieldIndex(name);
        }

        @Override
        public Row copy() {
            return this;
        }

        @Override
        public String toString() {
            return mkString("[", ",", "]");
        }
    }

    private record Batch(StructType schema, Values rows) implements ColumnarBatch {
        @Override
        public StructType getSchema() {
            return schema;
        }

        @Override
        public ColumnVector getColumnVector(int ordinal) {
            return rows.getChild(ordinal);
        }

        @Override
        public int getSize() {
            return rows.getSize();
        }
    }

    /** Values of one type, as Spark's external rows hold them. */
    private static final class Values implements ColumnVector {
        private final DataType type;
        private final List<?> values;

        Values(DataType type, List<?> values) {
            this.type = type;
            this.values = values;
        }

        @Override
        public DataType getDataType() {
            return type;
        }

        @Override
        public int getSize() {
            return values.size();
        }

        @Override
        public void close() {}

        @Override
        public boolean isNullAt(int row) {
            return values.get(row) == null;
        }

        @Override
        public String getString(int row) {
            return (String) values.get(row);
        }

        @Override
        public boolean getBoolean(int row) {
            return (Boolean) values.get(row);
        }

        @Override
        public double getDouble(int row) {
            return (Double) values.get(row);
        }

        @Override
        public int getInt(int row) {
            Object value = values.get(row);
            return value instanceof Date date ? (int) date.toLocalDate().toEpochDay() : (Integer) value;
        }

        @Override
        public long getLong(int row) {
            Object value = values.get(row);
            return value instanceof Timestamp time
                    ? ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant())
                    : (Long) value;
        }

        @Override
        public ArrayValue getArray(int row) {
            Values elements = new Values(((ArrayType) type).getElementType(), list(values.get(row)));
            return new ArrayValue() {
                @Override
                public int getSize() {
                    return elements.getSize();
                }

                @Override
                public ColumnVector getElements() {
                    return elements;
                }
            };
        }

        private static List<?> list(Object value) {
            return value instanceof Object[] array
                    ? List.of(array)
                    : JavaConverters.seqAsJavaList((scala.collection.Seq<?>) value);
        }

        @Override
        public ColumnVector getChild(int ordinal) {
            List<Object> children = new ArrayList<>();
            values.forEach(value -> children.add(value == null ? null : ((Row) value).get(ordinal)));
            return new Values(((StructType) type).at(ordinal).getDataType(), children);
        }
    }
}
