package dev.sluice.feature;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.FeatureTable;
import dev.sluice.config.Features;
import dev.sluice.config.Sql;
import dev.sluice.core.TableName;
import dev.sluice.frame.Columns;
import dev.sluice.frame.Pairs;
import dev.sluice.frame.SqlText;
import dev.sluice.stats.Pair;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * What was found of a feature table by looking at rows: whether features read their own future, how much each tells of the label,
 * and whether the stored rows are still those that the tables give.
 *
 * @param rows spine rows of the interval
 * @param cuts moments after which the tables were changed, with the rows that are decided by each
 * @param leaks features that change with what became known after a cut
 * @param unprovable tables that are looked up and do not say what of them was known when
 * @param information what each feature tells of the label, of the rows whose label is known by the interval's end; empty without
 *     a label
 * @param stored how the rows differ from those that were materialised; empty where none of these features were
 */
public record FeatureAudit(
        TableName table,
        String planHash,
        List<String> features,
        long rows,
        Map<Instant, Long> cuts,
        List<Leak> leaks,
        Set<TableName> unprovable,
        Map<String, Pair> information,
        Optional<Stored> stored) {
    /** A feature that alone tells more of the label than it leaves open is hardly one that was known before the label. */
    public static final double SUSPICIOUS = 0.5;

    private static final String LABEL = "__label";

    public FeatureAudit {
        features = List.copyOf(features);
        cuts = Collections.unmodifiableMap(new LinkedHashMap<>(cuts));
        leaks = List.copyOf(leaks);
        unprovable = Collections.unmodifiableSet(new TreeSet<>(unprovable));
        information = Collections.unmodifiableMap(new LinkedHashMap<>(information));
    }

    /**
     * A feature that reads the future of its own row.
     *
     * @param cut the one after which most rows change
     * @param rows that change there
     * @param key of one of them, as JSON, with its decision time
     * @param before its value as text; null for none
     * @param after its value if what became known after the cut had come otherwise
     */
    public record Leak(String feature, Instant cut, long rows, String key, String before, String after) {}

    /**
     * How stored rows differ from those that the tables give now.
     *
     * @param gone stored rows that are no longer made
     * @param added rows that are not stored
     * @param updated rows with another value, by feature; without the features that are equal everywhere
     */
    public record Stored(long gone, long added, Map<String, Long> updated) {
        public Stored {
            updated = Collections.unmodifiableMap(new LinkedHashMap<>(updated));
        }
    }

    /**
     * What is looked at.
     *
     * @param definition what the plan was made of
     * @param tables the rows of each table that the plan reads
     * @param sets tables of feature sets
     * @param stored the rows that were materialised; empty where there is no table
     * @param cuts how many moments
     */
    public record Subject(
            FeatureTable definition,
            FeaturePlan plan,
            Function<TableName, Dataset<Row>> tables,
            Set<TableName> sets,
            Optional<Dataset<Row>> stored,
            int cuts) {}

    /**
     * Computes the features of a slice as the tables are, and once more for each cut. Cuts are decision times of the slice, such that
     * equal shares of its rows lie between them; the last one is the last decision time. Nothing is written.
     *
     * @throws dev.sluice.core.SluiceException INPUT_MALFORMED as {@link FeaturePlan#compute} does
     */
    public static FeatureAudit of(Subject subject, Slice slice) {
        FeaturePlan plan = subject.plan();
        FeatureRows computed = plan.compute(subject.tables(), slice);
        Dataset<Row> rows = computed.rows().persist(StorageLevel.MEMORY_AND_DISK());
        try {
            Map<Instant, Long> cuts = cuts(rows, subject.cuts());
            Map<String, Leak> leaks = new LinkedHashMap<>();
            cuts.keySet().forEach(cut -> leaks(subject, slice, rows, cut)
                    .forEach(leak -> leaks.merge(
                            leak.feature(), leak, (one, other) -> other.rows() > one.rows() ? other : one)));
            return new FeatureAudit(
                    subject.definition().table(),
                    plan.hash(),
                    names(plan),
                    computed.spineRows(),
                    cuts,
                    List.copyOf(leaks.values()),
                    unprovable(subject),
                    plan.label().isPresent() ? information(subject, slice, rows) : Map.of(),
                    subject.stored().flatMap(stored -> stored(subject, stored, slice, rows)));
        } finally {
            rows.unpersist();
        }
    }

    /** Features that alone tell more than half of what there is to tell of the label, beyond what chance does. */
    public List<String> suspicious() {
        return information.entrySet().stream()
                .filter(pair -> share(pair.getValue()) > SUSPICIOUS)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The share of the label's entropy that a feature tells beyond chance. */
    public static double share(Pair pair) {
        return pair.most() > 0 ? Math.max(0, pair.beyondChance() / pair.most()) : 0;
    }

    /** Features whose expressions read one of these columns, whatever table it is of, or that are called so. */
    public static Set<String> reading(FeaturePlan plan, Collection<String> columns) {
        Set<String> wanted = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        wanted.addAll(columns);
        Map<String, List<Sql>> read = new LinkedHashMap<>();
        plan.take().forEach((name, sql) -> read.put(name, List.of(sql)));
        plan.lookups().forEach(lookup -> lookup.take().forEach((name, sql) -> read.put(name, List.of(sql))));
        plan.asOfJoins().forEach(join -> join.take().forEach((name, sql) -> read.put(name, List.of(sql))));
        for (Features.Window window : plan.windows()) {
            window.take().forEach((name, sql) -> window.over()
                    .forEach(span -> read.put(
                            window.name(name, span),
                            Stream.concat(Stream.of(sql), window.bucket().stream())
                                    .toList())));
        }
        Set<String> found = new TreeSet<>();
        read.forEach((name, expressions) -> {
            boolean reads = expressions.stream()
                    .flatMap(sql -> SqlText.names(sql.forRun(FeaturePlan.SOME_INTERVAL)).stream())
                    .anyMatch(column -> wanted.contains(column) || column.equals(SqlText.ALL));
            if ((reads && !wanted.isEmpty()) || wanted.contains(name)) {
                found.add(name);
            }
        });
        return found;
    }

    private static List<String> names(FeaturePlan plan) {
        return plan.features().stream().map(FeatureColumn::name).toList();
    }

    /** Of equal shares of the rows the last decision time each, and how many rows are decided by then; by two jobs. */
    private static Map<Instant, Long> cuts(Dataset<Row> rows, int number) {
        Dataset<Row> decided = rows.where(col(FeaturePlan.AS_OF).isNotNull());
        List<Timestamp> times = timesAt(decided, number);
        Map<Instant, Long> cuts = new LinkedHashMap<>();
        if (!times.isEmpty()) {
            Row counts = aggregated(
                    decided,
                    times.stream()
                            .map(time -> count(when(col(FeaturePlan.AS_OF).leq(lit(time)), 1)))
                            .toList());
            for (int i = 0; i < times.size(); i++) {
                cuts.put(times.get(i).toInstant(), counts.getLong(i));
            }
        }
        return cuts;
    }

    private static List<Timestamp> timesAt(Dataset<Row> decided, int number) {
        Row found = aggregated(
                decided,
                IntStream.rangeClosed(1, number)
                        .mapToObj(i -> timestamp_micros(expr("percentile_disc(" + (double) i / number
                                        + ") within group (order by unix_micros(" + FeaturePlan.AS_OF + "))")
                                .cast("long")))
                        .toList());
        return found.isNullAt(0)
                ? List.of()
                : IntStream.range(0, number)
                        .mapToObj(found::getTimestamp)
                        .distinct()
                        .toList();
    }

    private static Row aggregated(Dataset<Row> rows, List<Column> measures) {
        return rows.agg(measures.get(0), measures.subList(1, measures.size()).toArray(Column[]::new))
                .first();
    }

    private static List<Leak> leaks(Subject subject, Slice slice, Dataset<Row> rows, Instant cut) {
        FeaturePlan plan = subject.plan();
        RowDifferences found = RowDifferences.of(
                rows.where(col(FeaturePlan.AS_OF).leq(lit(Timestamp.from(cut)))),
                plan.computeWithOtherFuture(subject.definition(), subject.sets(), cut, subject.tables(), slice)
                        .rows(),
                key(plan),
                names(plan));
        List<Leak> leaks = new ArrayList<>();
        found.columns()
                .forEach((feature, difference) -> leaks.add(new Leak(
                        feature, cut, difference.keys(), difference.key(), difference.before(), difference.after())));
        return leaks;
    }

    private static Set<TableName> unprovable(Subject subject) {
        return subject.plan().lookups().stream()
                .filter(lookup -> !OtherFuture.isTimed(lookup, subject.plan(), subject.sets()))
                .map(Features.Lookup::from)
                .collect(Collectors.toSet());
    }

    private static Map<String, Pair> information(Subject subject, Slice slice, Dataset<Row> rows) {
        FeaturePlan plan = subject.plan();
        Dataset<Row> labels = plan.labels(subject.tables(), slice)
                .where(col(FeaturePlan.LABEL)
                        .isNotNull()
                        .and(col(FeaturePlan.LABEL_KNOWN_AT)
                                .leq(lit(Timestamp.from(slice.interval().to())))));
        List<Column> labelled = new ArrayList<>(List.of(col(FeaturePlan.LABEL).as(LABEL)));
        List<String> key = plan.spine().key();
        Column same = lit(true);
        for (int i = 0; i < key.size(); i++) {
            labelled.add(col(Columns.quoted(key.get(i))).as(LABEL + i));
            same = same.and(col(Columns.quoted(key.get(i))).eqNullSafe(col(LABEL + i)));
        }
        Column[] compared = Stream.concat(names(plan).stream(), Stream.of(LABEL))
                .map(name -> col(Columns.quoted(name)))
                .toArray(Column[]::new);
        return Pairs.scan(
                        rows.join(labels.select(labelled.toArray(Column[]::new)), same)
                                .select(compared),
                        false,
                        Optional.of(LABEL))
                .label();
    }

    private static Optional<Stored> stored(Subject subject, Dataset<Row> table, Slice slice, Dataset<Row> rows) {
        FeaturePlan plan = subject.plan();
        StructType made = rows.schema();
        StructType found = table.schema();
        boolean ofThisPlan = Stream.concat(key(plan).stream(), names(plan).stream())
                .allMatch(name -> List.of(found.fieldNames()).contains(name)
                        && found.apply(name).dataType().equals(made.apply(name).dataType()));
        if (!ofThisPlan) {
            return Optional.empty();
        }
        Dataset<Row> before = slice.of(table);
        if (before.isEmpty()) {
            return Optional.empty();
        }
        RowDifferences differences = RowDifferences.of(before, rows, key(plan), names(plan));
        Map<String, Long> updated = new LinkedHashMap<>();
        differences.columns().forEach((feature, difference) -> updated.put(feature, difference.keys()));
        return Optional.of(new Stored(differences.onlyBefore(), differences.onlyAfter(), updated));
    }

    private static List<String> key(FeaturePlan plan) {
        return Stream.concat(plan.spine().key().stream(), Stream.of(FeaturePlan.AS_OF))
                .toList();
    }
}
