package dev.sluice.feature;

import static org.apache.spark.sql.functions.col;

import dev.sluice.config.Features;
import dev.sluice.config.Sql;
import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.frame.Columns;
import dev.sluice.frame.KeyedLookup;
import dev.sluice.frame.asof.Extent;
import dev.sluice.frame.asof.History;
import dev.sluice.frame.asof.PointInTime;
import dev.sluice.frame.asof.Reach;
import dev.sluice.frame.asof.Span;
import dev.sluice.frame.asof.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What a plan asks of the tables for one interval, as frames. */
record FeatureQuery(FeaturePlan plan, Interval interval) {
    /** What names of columns that the spine is joined by begin with. */
    static final String SPINE_KEY = "__spine_";

    /** Key, as_of, kept columns, features of the row itself, and the columns that the rest is joined by. */
    Dataset<Row> spine(Dataset<Row> table) {
        Map<String, String> columns = new LinkedHashMap<>();
        plan.spine().key().forEach(key -> columns.put(key, Columns.quoted(key)));
        columns.put(FeaturePlan.AS_OF, plan.spine().asOf().forRun(interval));
        plan.spine().keep().forEach(kept -> columns.put(kept, Columns.quoted(kept)));
        plan.take().forEach((name, sql) -> columns.put(name, sql.forRun(interval)));
        joinedBy().forEach(key -> columns.put(SPINE_KEY + key, Columns.quoted(key)));
        Dataset<Row> rows =
                Columns.select(table, columns, "the spine " + plan.spine().from());
        Columns.requireTimestamp(rows, FeaturePlan.AS_OF, "spine.as_of");
        plan.take()
                .keySet()
                .forEach(name -> Columns.requireFeature(
                        name,
                        rows.schema().apply(name).dataType(),
                        plan.spine().from().toString()));
        return rows;
    }

    /**
     * The feature rows of spine rows.
     *
     * @param lookedUp rows of a table that is looked up
     * @param met rows of a table that is met
     */
    FeatureRows rows(
            Dataset<Row> table, Function<TableName, Dataset<Row>> lookedUp, Function<Meeting, Dataset<Row>> met) {
        Dataset<Row> spineRows = spine(table);
        Reach reach = Reach.of(spineRows, FeaturePlan.AS_OF);
        Assembled assembled = assembled(spineRows, reach, lookedUp, chosen(reach, met));
        return new FeatureRows(
                assembled.rows(),
                reach.rows(),
                assembled.passes().stream().map(Pass::told).toList());
    }

    /** How {@link #rows} would make them. */
    FeatureExplanation explained(
            Dataset<Row> table, Function<TableName, Dataset<Row>> lookedUp, Function<Meeting, Dataset<Row>> met) {
        Dataset<Row> spineRows = spine(table);
        Reach reach = Reach.of(spineRows, FeaturePlan.AS_OF);
        List<FeatureExplanation.Met> passes = new ArrayList<>();
        for (Pass pass :
                assembled(spineRows, reach, lookedUp, chosen(reach, met)).passes()) {
            List<FeatureExplanation.Read> read = pass.histories().stream()
                    .map(history -> new FeatureExplanation.Read(history, Extent.of(spineRows, reach, history)))
                    .toList();
            passes.add(new FeatureExplanation.Met(pass, read));
        }
        return new FeatureExplanation(reach, passes);
    }

    private List<Pass> chosen(Reach reach, Function<Meeting, Dataset<Row>> met) {
        return passes(met, histories -> Strategy.of(reach, histories));
    }

    /** The spine rows with all that is looked up and met, in the order of the table. */
    Assembled assembled(
            Dataset<Row> spineRows, Reach reach, Function<TableName, Dataset<Row>> tables, List<Pass> passes) {
        List<Optional<String>> flags = plan.columnNames().flags();
        Dataset<Row> rows = spineRows;
        for (int i = 0; i < plan.lookups().size(); i++) {
            rows = keyed(plan.lookups().get(i), tables, flags.get(i)).add(rows, FeaturePlan.AS_OF);
        }
        List<Pass> made = new ArrayList<>();
        for (Pass pass : passes) {
            PointInTime.Answered answered = PointInTime.add(
                    rows,
                    spineRows,
                    FeaturePlan.AS_OF,
                    reach,
                    pass.histories(),
                    pass.choice().strategy());
            rows = answered.rows();
            made.add(pass.sharing(answered.shared()));
        }
        Column[] all = plan.columnNames().all().stream()
                .map(name -> col(Columns.quoted(name)))
                .toArray(Column[]::new);
        return new Assembled(rows.select(all), made);
    }

    /**
     * Spine rows with their features.
     *
     * @param passes how histories are met, with the keys that several tasks share
     */
    record Assembled(Dataset<Row> rows, List<Pass> passes) {}

    /**
     * What is met by the same keys of the spine is met in one pass.
     *
     * @param rows the rows of the table that is met
     */
    List<Pass> passes(Function<Meeting, Dataset<Row>> rows, Function<List<History>, Strategy.Choice> choice) {
        Map<Set<String>, List<History>> byKeys = new LinkedHashMap<>();
        meetings().forEach((meeting, asks) -> {
            History history = meeting.history(rows.apply(meeting), interval, asks);
            byKeys.computeIfAbsent(history.keys().keySet(), keys -> new ArrayList<>())
                    .add(history);
        });
        List<Pass> passes = new ArrayList<>();
        byKeys.forEach((keys, histories) -> passes.add(new Pass(histories, choice.apply(histories), Optional.empty())));
        return passes;
    }

    /** What is asked of the same rows met by the same keys is answered together. */
    Map<Meeting, List<History.Ask>> meetings() {
        Map<Meeting, List<History.Ask>> meetings = new LinkedHashMap<>();
        for (int i = 0; i < plan.asOfJoins().size(); i++) {
            Features.AsOfJoin join = plan.asOfJoins().get(i);
            Optional<String> flag =
                    plan.columnNames().flags().get(plan.lookups().size() + i);
            meetings.computeIfAbsent(
                            new Meeting(
                                    join.from(),
                                    join.keys(),
                                    join.time(),
                                    join.knownAt(),
                                    join.closed().right()),
                            meeting -> new ArrayList<>())
                    .add(new History.Ask.Newest(
                            texts(join.take()),
                            join.maxAge().map(age -> new Span(age, join.closed().left())),
                            flag));
        }
        for (Features.Window window : plan.windows()) {
            Map<String, String> keys = new LinkedHashMap<>();
            window.by().forEach(column -> keys.put(column, column));
            List<History.Ask> asks = meetings.computeIfAbsent(
                    new Meeting(
                            window.from(),
                            keys,
                            window.time(),
                            window.knownAt(),
                            window.closed().right()),
                    meeting -> new ArrayList<>());
            Optional<String> bucket = window.bucket().map(sql -> sql.forRun(interval));
            for (Duration over : window.over()) {
                Map<String, Sql> take = new LinkedHashMap<>();
                window.take().forEach((name, sql) -> take.put(window.name(name, over), sql));
                asks.add(new History.Ask.Window(new Span(over, window.closed().left()), texts(take), bucket));
            }
        }
        return meetings;
    }

    /**
     * A lookup.
     *
     * @param flag name of the column that says where nothing was found
     */
    KeyedLookup keyed(Features.Lookup lookup, Function<TableName, Dataset<Row>> tables, Optional<String> flag) {
        return new KeyedLookup(
                lookup.from().toString(),
                tables.apply(lookup.from()),
                onSpine(lookup.keys()),
                texts(lookup.take()),
                flag,
                plan.versioned().contains(lookup.from()));
    }

    private Set<String> joinedBy() {
        Set<String> columns = new LinkedHashSet<>();
        plan.lookups().forEach(lookup -> columns.addAll(lookup.keys().keySet()));
        plan.asOfJoins().forEach(join -> columns.addAll(join.keys().keySet()));
        plan.windows().forEach(window -> columns.addAll(window.by()));
        return columns;
    }

    private static Map<String, String> onSpine(Map<String, String> keys) {
        Map<String, String> renamed = new LinkedHashMap<>();
        keys.forEach((spineColumn, column) -> renamed.put(SPINE_KEY + spineColumn, column));
        return renamed;
    }

    private Map<String, String> texts(Map<String, Sql> take) {
        Map<String, String> texts = new LinkedHashMap<>();
        take.forEach((name, sql) -> texts.put(name, sql.forRun(interval)));
        return texts;
    }

    /**
     * Rows of a table that spine rows meet by key and in time.
     *
     * @param atOnce whether a row is seen at the very time at which it becomes known
     */
    record Meeting(TableName from, Map<String, String> keys, Sql time, Sql knownAt, boolean atOnce) {
        History history(Dataset<Row> rows, Interval interval, List<History.Ask> asks) {
            return new History(
                    from.toString(),
                    rows,
                    onSpine(keys),
                    time.forRun(interval),
                    knownAt.forRun(interval),
                    atOnce,
                    asks);
        }
    }
}
