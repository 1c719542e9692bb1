package dev.sluice.step.push;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What happened to the rows of a table, each counted once, and what a look at the store said.
 *
 * @param pushed the store has them
 * @param deleted the store has nothing of the entity any more but when it was deleted
 * @param older the store had a younger row of the entity
 * @param superseded the interval has a younger row of the entity
 * @param keyless without a value in a key column or in {@code as_of}
 * @param expired past the end of the view when they were to be pushed
 * @param readBack of the pushed, the deleted and the older, those read back
 */
record Tally(long pushed, long deleted, long older, long superseded, long keyless, long expired, Matches readBack) {
    static final StructType SCHEMA = new StructType()
            .add("pushed", DataTypes.LongType, false)
            .add("deleted", DataTypes.LongType, false)
            .add("older", DataTypes.LongType, false)
            .add("superseded", DataTypes.LongType, false)
            .add("keyless", DataTypes.LongType, false)
            .add("expired", DataTypes.LongType, false)
            .add("read_back", DataTypes.LongType, false)
            .add("wrong", DataTypes.LongType, false)
            .add("matches", DataTypes.createArrayType(DataTypes.LongType, false), false);

    /** Counts before those of the rows read back. */
    private static final int OWN = 6;

    Row row() {
        return RowFactory.create(
                pushed,
                deleted,
                older,
                superseded,
                keyless,
                expired,
                readBack.rows(),
                readBack.wrong(),
                readBack.counts().toArray(Long[]::new));
    }

    /**
     * The sum of the tasks' tallies.
     *
     * @param features how many the view has
     */
    static Tally sum(Collection<Row> rows, int features) {
        long[] sums = new long[OWN];
        Matches.Counter matches = new Matches.Counter(features);
        for (Row row : rows) {
            for (int i = 0; i < OWN; i++) {
                sums[i] += row.getLong(i);
            }
            matches.add(new Matches(row.getLong(OWN), row.getLong(OWN + 1), row.getList(OWN + 2)));
        }
        return new Tally(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], matches.done());
    }

    long rows() {
        return pushed + deleted + older + superseded + keyless + expired;
    }

    /** For the record of a run. */
    Map<String, String> facts() {
        List<Long> counts = List.of(pushed, deleted, older, superseded, keyless, expired);
        Map<String, String> facts = new LinkedHashMap<>(readBack.facts());
        for (int i = 0; i < OWN; i++) {
            facts.put("rows_" + SCHEMA.fieldNames()[i], counts.get(i).toString());
        }
        return facts;
    }
}
