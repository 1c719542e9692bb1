package dev.sluice.feature;

import dev.sluice.config.FeatureTable;
import dev.sluice.config.Features;
import dev.sluice.config.Sql;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Hashes;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.frame.Columns;
import dev.sluice.frame.KeyedLookup;
import dev.sluice.frame.asof.History;
import dev.sluice.frame.asof.Reach;
import dev.sluice.frame.asof.Strategy;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * How a feature table and its labels are computed: the definition, checked against the schemas of the tables that it reads.
 * Training and scoring share it; it is saved with the model as {@value #FILE}, and equal hashes mean equal plans.
 *
 * @param spine what the rows hang on; {@code never} has done its work when a plan exists and is empty
 * @param versioned tables that lookups found to keep versions
 * @param features columns in the order of the table: take, lookups, as-of joins, windows, each in declared order; the flag of
 *     a lookup or join behind its features
 */
public record FeaturePlan(
        Features.Spine spine,
        Optional<Features.Label> label,
        Map<String, Sql> take,
        List<Features.Lookup> lookups,
        List<Features.AsOfJoin> asOfJoins,
        List<Features.Window> windows,
        Set<TableName> versioned,
        List<FeatureColumn> features) {
    /** Name of the file beside a model. */
    public static final String FILE = "feature_plan.json";

    /** Column of the decision time. */
    public static final String AS_OF = "as_of";

    /** Column of the label, a double, in {@link #labels}. */
    public static final String LABEL = "label";

    /** Column of the time from which the label is known, in {@link #labels}. */
    public static final String LABEL_KNOWN_AT = "label_known_at";

    /** Stands for any run's interval where only types and names matter. */
    static final Interval SOME_INTERVAL = new Interval(Instant.EPOCH, Instant.EPOCH.plusSeconds(1));

    public FeaturePlan {
        spine = new Features.Spine(spine.from(), spine.key(), spine.asOf(), spine.keep(), List.of());
        take = Collections.unmodifiableMap(new LinkedHashMap<>(take));
        lookups = List.copyOf(lookups);
        asOfJoins = List.copyOf(asOfJoins);
        windows = List.copyOf(windows);
        versioned = Collections.unmodifiableSet(new TreeSet<>(versioned));
        features = List.copyOf(features);
    }

    /**
     * Refuses a definition that is wrong whatever the tables hold: use of a column of {@code never}, two columns of one name, a
     * window over what is no aggregate. Reads its text alone.
     *
     * @throws SluiceException PLAN_INVALID saying what is wrong, and where
     */
    public static void check(FeatureTable features) {
        checked(features, Set.of());
    }

    /**
     * Makes the plan: computes it over empty tables, which finds every name and type.
     *
     * @param schemas of the tables that {@link #tables} names
     * @throws SluiceException PLAN_INVALID as {@link #check} does, and when the definition does not fit the tables
     */
    public static FeaturePlan of(SparkSession spark, FeatureTable features, Function<TableName, StructType> schemas) {
        Set<TableName> versioned = features.lookups().stream()
                .map(Features.Lookup::from)
                .filter(table -> KeyedLookup.isVersioned(schemas.apply(table)))
                .collect(Collectors.toSet());
        return checked(features, versioned).typed(table -> spark.createDataFrame(List.of(), schemas.apply(table)));
    }

    /**
     * Names of the features that are lists or maps, which no model takes.
     *
     * @throws SluiceException PLAN_INVALID as {@link #check} does
     */
    public static List<String> ofSeveralValues(Features features) {
        return new FeatureQuery(checked(features, Set.of()), SOME_INTERVAL)
                .meetings().values().stream()
                        .flatMap(List::stream)
                        .flatMap(ask -> ask instanceof History.Ask.Window window
                                ? window.ofSeveralValues().stream()
                                : Stream.empty())
                        .toList();
    }

    /** Reads what {@link #json} wrote. */
    public static FeaturePlan parse(String json) {
        return FeaturePlanJson.read(json);
    }

    /** The plan as text: equal plans give equal texts. */
    public String json() {
        return FeaturePlanJson.write(this);
    }

    /** Names the plan, however its definition is written: 32 hex digits. */
    public String hash() {
        return Hashes.id(Meaning.of(FeaturePlanJson.tree(this)));
    }

    /**
     * Names the version of a definition, whatever the tables hold: 8 hex digits. Equal versions give equal rows in tables of one
     * layout, however the definition is written; names of checks and descriptions are no part of it.
     */
    static String version(FeatureTable features) {
        FeaturePlan plan = checked(features, Set.of());
        return Hashes.id(
                        Meaning.of(FeaturePlanJson.tree(plan)),
                        String.join(",", features.write().partitionBy()))
                .substring(0, 8);
    }

    /**
     * Refuses a feature table that is not of this plan: models read its columns by name, and a text where a number was is filled
     * like a number that is missing.
     *
     * @param table its name, for the message
     * @throws SluiceException INPUT_MALFORMED naming every feature that is missing or of another type
     */
    public void require(StructType columns, TableName table) {
        List<String> names = List.of(columns.fieldNames());
        List<String> problems = features.stream()
                .filter(feature -> !names.contains(feature.name())
                        || !columns.apply(feature.name())
                                .dataType()
                                .catalogString()
                                .equals(feature.type()))
                .map(feature -> "expected " + feature.name() + " of type " + feature.type() + ", found "
                        + (names.contains(feature.name())
                                ? columns.apply(feature.name()).dataType().catalogString()
                                : "no such column"))
                .toList();
        if (!problems.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.INPUT_MALFORMED,
                    table + " does not hold the features of this pipeline: " + String.join("; ", problems),
                    "make it again: run the step features");
        }
    }

    /** Tables that {@link #compute} reads. */
    public Set<TableName> tables() {
        Set<TableName> tables = new TreeSet<>(Set.of(spine.from()));
        lookups.forEach(lookup -> tables.add(lookup.from()));
        asOfJoins.forEach(join -> tables.add(join.from()));
        windows.forEach(window -> tables.add(window.from()));
        return tables;
    }

    /**
     * The feature rows of a slice. Runs one query over the slice, and one over each table without versions that is looked
     * up; for a pass that prunes one that reads decision times, and for a slice that is large one that counts the rows of each
     * key. The rows themselves are lazy.
     *
     * @param tables the rows of each table, at one version
     * @throws SluiceException INPUT_MALFORMED when a lookup's key is not unique
     */
    public FeatureRows compute(Function<TableName, Dataset<Row>> tables, Slice slice) {
        FeatureQuery query = new FeatureQuery(this, slice.interval());
        Set<List<Object>> proven = new HashSet<>();
        for (Features.Lookup lookup : lookups) {
            if (proven.add(List.of(lookup.from(), Set.copyOf(lookup.keys().values())))) {
                query.keyed(lookup, tables, Optional.empty()).refuseAmbiguousKeys();
            }
        }
        return query.rows(slice.of(tables.apply(spine.from())), tables, meeting -> tables.apply(meeting.from()));
    }

    /**
     * How {@link #compute} would make them: the strategy of each pass, and how much of each history it reads. Computes no feature
     * and looks for no ambiguous key; runs the query over the slice, and those by which passes prune or count.
     *
     * @param tables the rows of each table, at one version
     */
    public FeatureExplanation explain(Function<TableName, Dataset<Row>> tables, Slice slice) {
        return new FeatureQuery(this, slice.interval())
                .explained(slice.of(tables.apply(spine.from())), tables, meeting -> tables.apply(meeting.from()));
    }

    /**
     * What the features of a slice are where all that became known after a moment had come otherwise, as {@link OtherFuture} says;
     * of the rows that are decided by then. Costs what {@link #compute} does.
     *
     * @param definition what the plan was made of
     * @param sets tables of feature sets, whose rows are known from their {@code as_of} on
     */
    FeatureRows computeWithOtherFuture(
            FeatureTable definition,
            Set<TableName> sets,
            Instant cut,
            Function<TableName, Dataset<Row>> tables,
            Slice slice) {
        FeatureQuery query = new FeatureQuery(this, slice.interval());
        OtherFuture future = new OtherFuture(definition, query, sets, cut);
        return query.rows(
                future.spine(slice.of(tables.apply(spine.from()))),
                table -> future.lookup(table, tables.apply(table)),
                meeting -> future.history(meeting, tables.apply(meeting.from())));
    }

    /**
     * The labels of a slice: key columns, {@value #LABEL} (double, null where there is none) and
     * {@value #LABEL_KNOWN_AT}. A label may be used from that time on, and never as a feature.
     *
     * @throws java.util.NoSuchElementException when the plan is that of a feature set, which has no label
     */
    public Dataset<Row> labels(Function<TableName, Dataset<Row>> tables, Slice slice) {
        Features.Label label = this.label.orElseThrow();
        Map<String, String> columns = new LinkedHashMap<>();
        spine.key().forEach(key -> columns.put(key, Columns.quoted(key)));
        columns.put(LABEL, "cast((" + label.expr().forRun(slice.interval()) + ") as double)");
        columns.put(LABEL_KNOWN_AT, label.knownAt().forRun(slice.interval()));
        Dataset<Row> labels = Columns.select(slice.of(tables.apply(spine.from())), columns, "label " + label.name());
        Columns.requireTimestamp(labels, LABEL_KNOWN_AT, "known_at of label " + label.name());
        return labels;
    }

    /** The plan, its features not yet known. */
    private static FeaturePlan checked(FeatureTable features, Set<TableName> versioned) {
        ForbiddenColumns.refuse(features);
        FeaturePlan plan = new FeaturePlan(
                features.spine(),
                features.predicts(),
                features.take(),
                features.lookups(),
                features.asOfJoins(),
                features.windows(),
                versioned,
                List.of());
        plan.columnNames().refuseEqual();
        new FeatureQuery(plan, SOME_INTERVAL).meetings();
        return plan;
    }

    /** The same plan, with the features that it gives for tables of these schemas. */
    private FeaturePlan typed(Function<TableName, Dataset<Row>> empty) {
        if (label.isPresent()) {
            labels(empty, new Slice(Optional.empty(), SOME_INTERVAL, ZoneOffset.UTC));
        }
        FeatureQuery query = new FeatureQuery(this, SOME_INTERVAL);
        Dataset<Row> none = query.spine(empty.apply(spine.from()));
        // No row will pass: the strategy whose frame is a plan alone costs least.
        List<Pass> passes = query.passes(
                meeting -> empty.apply(meeting.from()), histories -> new Strategy.Choice(Strategy.SORT, "no rows"));
        Dataset<Row> rows = query.assembled(none, Reach.NONE, empty, passes).rows();
        List<FeatureColumn> columns = Arrays.stream(rows.schema().fields())
                .skip(columnNames().others().size())
                .map(field -> new FeatureColumn(field.name(), field.dataType().catalogString()))
                .toList();
        return new FeaturePlan(spine, label, take, lookups, asOfJoins, windows, versioned, columns);
    }

    FeatureNames columnNames() {
        return new FeatureNames(spine, take.keySet(), lookups, asOfJoins, windows);
    }
}
