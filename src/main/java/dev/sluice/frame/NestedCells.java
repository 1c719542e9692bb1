package dev.sluice.frame;

import dev.sluice.stats.ColumnProfileBuilder;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;

/** Cells with cells within them. */
final class NestedCells {
    private static final Pattern PLAIN = Pattern.compile("\\w+");

    private NestedCells() {}

    /** A name as part of a path, in which dots and brackets are ours. */
    static String part(String name) {
        return PLAIN.matcher(name).matches() ? name : Columns.quoted(name);
    }

    /** Arrays: their lengths, and their elements, each of which is a row of its own. */
    static final class Arrays extends Cells {
        private final Cells elements;

        Arrays(ArrayType type) {
            super(type);
            this.elements = Cells.of(type.elementType());
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            add(row.getArray(i));
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            add(vector.getArray(i));
        }

        private void add(ArrayData array) {
            int length = array.numElements();
            profile.addArray(length);
            for (int i = 0; i < length; i++) {
                elements.add(array, i);
            }
        }

        @Override
        void addPublicValue(Object value) {
            scala.collection.Seq<?> array = (scala.collection.Seq<?>) value;
            int length = array.length();
            profile.addArray(length);
            for (int i = 0; i < length; i++) {
                elements.addPublic(array.apply(i));
            }
        }

        @Override
        void nested(String path, Map<String, ColumnProfileBuilder> profiles) {
            profiles.put(path + "[]", elements.profile);
            elements.nested(path + "[]", profiles);
        }
    }

    /** Structs: their fields, which are null where the struct is. */
    static final class Structs extends Cells {
        private final StructType type;
        private final Cells[] fields;

        Structs(StructType type) {
            super(type);
            this.type = type;
            this.fields = new Cells[type.length()];
            for (int i = 0; i < fields.length; i++) {
                fields[i] = Cells.of(type.apply(i).dataType());
            }
        }

        @Override
        void addNull() {
            super.addNull();
            for (Cells field : fields) {
                field.addNull();
            }
        }

        @Override
        void addValue(SpecializedGetters row, int i) {
            add(row.getStruct(i, fields.length));
        }

        @Override
        void addValue(ColumnVector vector, int i) {
            add(vector.getStruct(i));
        }

        private void add(InternalRow struct) {
            profile.addOther();
            for (int i = 0; i < fields.length; i++) {
                fields[i].add(struct, i);
            }
        }

        @Override
        void addPublicValue(Object value) {
            profile.addOther();
            for (int i = 0; i < fields.length; i++) {
                fields[i].addPublic(((Row) value).get(i));
            }
        }

        @Override
        void nested(String path, Map<String, ColumnProfileBuilder> profiles) {
            StructField[] all = type.fields();
            for (int i = 0; i < fields.length; i++) {
                String own = path + "." + part(all[i].name());
                profiles.put(own, fields[i].profile);
                fields[i].nested(own, profiles);
            }
        }
    }
}
