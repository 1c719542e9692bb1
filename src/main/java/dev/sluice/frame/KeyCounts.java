package dev.sluice.frame;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * How rows group by a set of columns, known without their values: each row has a fingerprint of 128 bits, of which tasks count and exchange
 * only how often each was seen. A row that has none of the columns belongs to no group.
 *
 * @param groups number of groups, by the number of their rows
 * @param repeated a group of several rows, the same one however the rows are distributed
 */
public record KeyCounts(SortedMap<Long, Long> groups, Optional<Key> repeated) {
    /** Fingerprints that a task of the exchange is meant for, which are some 100 MB in a table. */
    private static final long EACH_TASK = 1 << 21;

    /** Fingerprints that a task holds before it sends them on. */
    private static final int HELD = 1 << 20;

    /** The fingerprint of a group, and how many rows have it. */
    public record Key(long first, long second, long rows) implements Comparable<Key>, Serializable {
        @Override
        public int compareTo(Key other) {
            return first != other.first ? Long.compare(first, other.first) : Long.compare(second, other.second);
        }
    }

    /**
     * What one task has counted of a set.
     *
     * @param repeated one key or none
     */
    record Part(int set, HashMap<Long, Long> groups, List<Key> repeated) implements Serializable {
        static Part of(int set, KeyTable table) {
            HashMap<Long, Long> groups = new HashMap<>();
            long[] singles = {0};
            List<Key> repeated = new ArrayList<>();
            table.each((first, second, rows) -> {
                if (rows == 1) {
                    singles[0]++;
                } else {
                    groups.merge(rows, 1L, Long::sum);
                    first(repeated, new Key(first, second, rows));
                }
            });
            if (singles[0] > 0) {
                groups.put(1L, singles[0]);
            }
            return new Part(set, groups, repeated);
        }
    }

    /** Keeps the first of a key that may be there and another. */
    private static void first(List<Key> one, Key other) {
        if (one.isEmpty()) {
            one.add(other);
        } else if (other.compareTo(one.get(0)) < 0) {
            one.set(0, other);
        }
    }

    /** Whether fingerprints tell values of all these columns apart: a struct or an array may have nulls in different places. */
    public static boolean fits(StructType schema, Set<String> set) {
        return set.stream().allMatch(name -> schema.apply(name).dataType() instanceof AtomicType);
    }

    /**
     * Asks how rows group by each set.
     *
     * @param sets of columns for which fingerprints {@link #fits fit}
     * @param answer what is told the counts, by the set
     */
    public static void ask(
            OneJob job, Set<SortedSet<String>> sets, Consumer<Map<SortedSet<String>, KeyCounts>> answer) {
        List<SortedSet<String>> ordered = List.copyOf(sets);
        int tasks = (int) Math.min(1 + job.count() * sets.size() / EACH_TASK, 1 << 16);
        int held = Math.max(1024, HELD / Math.max(1, sets.size()));
        if (!ordered.isEmpty()) {
            job.ask(
                    job.rows().select(fingerprints(ordered)),
                    read -> parts(read, ordered.size(), tasks, held),
                    parts -> answer.accept(merged(ordered, parts)));
        }
    }

    /** What each task has counted of so many sets' fingerprints. */
    static JavaRDD<Part> parts(Dataset<Row> fingerprints, int sets, int tasks, int held) {
        try {
            JavaRDD<InternalRow> read = fingerprints.queryExecution().toRdd().toJavaRDD();
            return counted(read, InternalRow::isNullAt, InternalRow::getLong, sets, tasks, held);
        } catch (NoSuchMethodError | NoClassDefFoundError e) {
            // Another Spark than the one we were built with.
            return publicParts(fingerprints, sets, tasks, held);
        }
    }

    static JavaRDD<Part> publicParts(Dataset<Row> fingerprints, int sets, int tasks, int held) {
        return counted(fingerprints.toJavaRDD(), Row::isNullAt, Row::getLong, sets, tasks, held);
    }

    /** The values, as texts, of a set's columns in rows that have a fingerprint, as an aggregate. */
    public static Column values(SortedSet<String> set, Key key) {
        Column[] texts = set.stream()
                .map(name -> col(Columns.quoted(name)).cast("string"))
                .toArray(Column[]::new);
        Column is =
                fingerprint(set, 0).equalTo(key.first()).and(fingerprint(set, 1).equalTo(key.second()));
        return min(when(is, array(texts)));
    }

    static Column[] fingerprints(List<SortedSet<String>> sets) {
        List<Column> columns = new ArrayList<>();
        sets.forEach(set -> {
            columns.add(fingerprint(set, 0));
            columns.add(fingerprint(set, 1));
        });
        return columns.toArray(Column[]::new);
    }

    /** Half of a fingerprint; null where all columns are. Spark's hash passes over nulls, so that it is told where they are. */
    private static Column fingerprint(SortedSet<String> set, long half) {
        List<Column> hashed = new ArrayList<>(List.of(lit(half)));
        List<Column> values =
                set.stream().map(name -> col(Columns.quoted(name))).toList();
        values.forEach(value -> hashed.add(value.isNull()));
        hashed.addAll(values);
        Column some = values.stream().map(Column::isNotNull).reduce(Column::or).orElseThrow();
        return when(some, xxhash64(hashed.toArray(Column[]::new)));
    }

    private static <R> JavaRDD<Part> counted(
            JavaRDD<R> rows, KeyExchange.IsNull<R> isNull, KeyExchange.Get<R> get, int sets, int tasks, int held) {
        return rows.<Integer, long[]>mapPartitionsToPair(
                        partition -> new KeyExchange<>(partition, isNull, get, sets, tasks, held))
                .partitionBy(new HashPartitioner(tasks))
                .mapPartitions(sent -> parts(sent, sets));
    }

    private static Iterator<Part> parts(Iterator<Tuple2<Integer, long[]>> sent, int sets) {
        KeyTable[] tables = KeyTable.each(sets);
        while (sent.hasNext()) {
            KeyExchange.receive(sent.next()._2(), tables);
        }
        List<Part> parts = new ArrayList<>();
        for (int set = 0; set < sets; set++) {
            parts.add(Part.of(set, tables[set]));
        }
        return parts.iterator();
    }

    static Map<SortedSet<String>, KeyCounts> merged(List<SortedSet<String>> sets, List<Part> parts) {
        Map<SortedSet<String>, KeyCounts> merged = new LinkedHashMap<>();
        sets.forEach(set -> merged.put(set, new KeyCounts(new TreeMap<>(), Optional.empty())));
        parts.forEach(part -> merged.computeIfPresent(sets.get(part.set()), (set, known) -> known.with(part)));
        return merged;
    }

    private KeyCounts with(Part part) {
        SortedMap<Long, Long> all = new TreeMap<>(groups);
        part.groups().forEach((size, many) -> all.merge(size, many, Long::sum));
        List<Key> key = new ArrayList<>(part.repeated());
        repeated.ifPresent(known -> first(key, known));
        return new KeyCounts(all, key.stream().findFirst());
    }
}
