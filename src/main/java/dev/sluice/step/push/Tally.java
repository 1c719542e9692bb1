package dev.sluice.step.push;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What happened to the rows of a table, each counted once, and what a look at the store said.
 *
 * @param pushed the store has them
 * @param older the store had a younger row of the entity
 * @param superseded the interval has a younger row of the entity
 * @param keyless without a value in a key column or in {@code as_of}
 * @param expired past the end of the view when they were to be pushed
 * @param readBack of the pushed and the older, those read back
 * @param differing of these, those that were not as they should
 * @param features the features that differed
 */
record Tally(
        long pushed,
        long older,
        long superseded,
        long keyless,
        long expired,
        long readBack,
        long differing,
        Set<String> features) {
    static final StructType SCHEMA = new StructType()
            .add("pushed", DataTypes.LongType, false)
            .add("older", DataTypes.LongType, false)
            .add("superseded", DataTypes.LongType, false)
            .add("keyless", DataTypes.LongType, false)
            .add("expired", DataTypes.LongType, false)
            .add("read_back", DataTypes.LongType, false)
            .add("differing", DataTypes.LongType, false)
            .add("features", DataTypes.createArrayType(DataTypes.StringType, false), false);

    Row row() {
        return RowFactory.create(
                pushed, older, superseded, keyless, expired, readBack, differing, features.toArray(String[]::new));
    }

    static Tally sum(Collection<Row> rows) {
        long[] sums = new long[7];
        Set<String> features = new TreeSet<>();
        for (Row row : rows) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += row.getLong(i);
            }
            features.addAll(row.getList(sums.length));
        }
        return new Tally(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], features);
    }

    long rows() {
        return pushed + older + superseded + keyless + expired;
    }

    /** For the record of a run. */
    Map<String, String> facts() {
        List<Long> counts = new ArrayList<>(List.of(pushed, older, superseded, keyless, expired, readBack));
        Map<String, String> facts = new LinkedHashMap<>();
        for (int i = 0; i < counts.size(); i++) {
            facts.put("rows_" + SCHEMA.fieldNames()[i], counts.get(i).toString());
        }
        return facts;
    }
}
