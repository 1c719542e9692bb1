package dev.sluice.config;

import dev.sluice.config.ExpressionCheck.Reading;
import dev.sluice.core.Location;
import dev.sluice.core.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What no record can know of itself: whether the names in one section are those of another, and whether the columns that
 * are used are there. Where a part of the file is wrong already, nothing is said about what hangs on it.
 */
final class CrossCheck {
    static final String NAME = "[A-Za-z_][A-Za-z0-9_-]*";
    static final String COLUMN = "[A-Za-z_][A-Za-z0-9_]*";

    /** Types whose range cannot be cut into parts of equal width. */
    private static final Set<String> UNORDERED = Set.of("string", "boolean", "binary");

    private final Pipeline pipeline;
    private final Map<TableName, Contract> contracts;
    private final ExpressionCheck expressions;
    private final Map<String, Location> places;
    private final Problems problems;
    private final Set<String> wrong;
    private final KnownColumns columns;
    private final Set<TableName> used;

    CrossCheck(
            Pipeline pipeline,
            Map<TableName, Contract> contracts,
            Map<TableName, FeatureSet> used,
            ExpressionCheck expressions,
            Binder binder,
            Problems problems) {
        this.pipeline = pipeline;
        this.contracts = contracts;
        this.expressions = expressions;
        this.used = used.keySet();
        this.places = binder.places();
        this.problems = problems;
        this.wrong = new HashSet<>(binder.leftOut());
        problems.sorted().forEach(problem -> wrong.add(problem.path()));
        this.columns = new KnownColumns(pipeline, used, this::wrong);
    }

    /** Tells every problem. */
    void run() {
        names();
        tables();
        connections();
        pipeline.sources().forEach(this::source);
        pipeline.ingest().forEach(new IngestCheck(pipeline, contracts, columns, this)::check);
        pipeline.featureSets()
                .forEach((name, set) -> new FeaturesCheck(Place.child("feature_sets", name), columns, this)
                        .check(set, columns.set(set.table())));
        new SetCircles(pipeline, this).check();
        pipeline.features().ifPresent(features -> new FeaturesCheck("features", columns, this)
                .check(features, columns.features()));
        pipeline.push().ifPresent(this::push);
        new ModelCheck(pipeline, columns, this).check();
        pipeline.jobs().forEach(this::job);
    }

    private void names() {
        Map<String, Set<String>> sections = Map.of(
                "params", pipeline.params().keySet(),
                "vars", pipeline.vars().keySet(),
                "connections", pipeline.connections().keySet(),
                "sources", pipeline.sources().keySet(),
                "feature_sets", pipeline.featureSets().keySet(),
                "gates", pipeline.gates().keySet(),
                "jobs", pipeline.jobs().keySet());
        sections.forEach((section, names) -> words(section, names, NAME));
        pipeline.train()
                .ifPresent(train -> words("train/candidates", train.candidates().keySet(), NAME));
    }

    void words(String path, Collection<String> names, String shape) {
        for (String name : names) {
            if (!name.matches(shape)) {
                problem(
                        Place.child(path, name),
                        "expected a name of letters, digits" + (shape.equals(NAME) ? ", - and _" : " and _")
                                + " that begins with a letter or _, found " + Problem.quoted(name));
            }
        }
    }

    /** Each table has one maker. */
    private void tables() {
        List<TableName> made = new ArrayList<>(pipeline.ingest().keySet());
        made.forEach(table -> own("ingest/" + table, table));
        made.addAll(used);
        pipeline.featureSets()
                .forEach((name, set) -> made(made, Place.child("feature_sets", name) + "/table", set.table()));
        pipeline.features().ifPresent(features -> made(made, "features/table", features.table()));
        pipeline.score().ifPresent(score -> made(made, "score/table", score.table()));
        pipeline.monitor().ifPresent(monitor -> made(made, "monitor/table", monitor.table()));
    }

    private void made(List<TableName> made, String path, TableName table) {
        own(path, table);
        if (made.contains(table)) {
            problem(path, "expected a table of its own, found " + table + ", which another section makes");
        }
        made.add(table);
    }

    private void own(String path, TableName table) {
        if (table.text().startsWith("_")
                || table.text().endsWith("__quarantine")
                || table.version().isPresent()) {
            problem(
                    path,
                    "expected another name, found " + table + ": names that begin with _ or end with __quarantine or"
                            + " with the version of a feature set are Sluice's own");
        }
    }

    private void connections() {
        long lakes = pipeline.connections().values().stream()
                .filter(Connection.Delta.class::isInstance)
                .count();
        if (lakes != 1 && !wrong("connections")) {
            problem("connections", "expected exactly one connection of kind delta, found " + lakes);
        }
        boolean registry = pipeline.connections().values().stream().anyMatch(Connection.Mlflow.class::isInstance);
        if (pipeline.score().isPresent() && !registry && !wrong("connections")) {
            problem("score/model", "expected a connection of kind mlflow that has the model, found none");
        }
    }

    private void source(String name, Source source) {
        String path = "sources/" + name + "/read";
        if (source.read() instanceof Read.Jdbc jdbc) {
            connection(path + "/connection", jdbc.connection(), Connection.Jdbc.class);
            jdbc.split().ifPresent(split -> split(name, source, split));
        }
        if (source.read() instanceof Read.Kafka kafka) {
            connection(path + "/connection", kafka.connection(), Connection.Kafka.class);
        }
    }

    private void split(String name, Source source, Read.Jdbc.Split split) {
        String path = "sources/" + name + "/read/split/by";
        ColumnType type = source.columns().get(split.by());
        known("a column of source " + name, path, List.of(split.by()), columns.source(name));
        if (type != null && UNORDERED.contains(type.text())) {
            problem(path, "expected a column of numbers, dates or times, found " + split.by() + " of type " + type);
        }
    }

    void connection(String path, String name, Class<? extends Connection> kind) {
        connection(path, name, List.of(kind));
    }

    /** A connection of one of these kinds. */
    void connection(String path, String name, List<Class<? extends Connection>> kinds) {
        String word = kinds.stream()
                .map(kind -> kind.getAnnotation(Name.class).value())
                .collect(Collectors.joining(" or "));
        Connection connection = pipeline.connections().get(name);
        if (connection == null && !wrong("connections")) {
            unknown(
                    path,
                    "a connection of kind " + word,
                    name,
                    pipeline.connections().keySet());
        } else if (connection != null && kinds.stream().noneMatch(kind -> kind.isInstance(connection))) {
            problem(path, "expected a connection of kind " + word + ", found " + name + " of another kind");
        }
    }

    private void push(Push push) {
        boolean needsFeatures =
                push.views().values().stream().anyMatch(view -> view.from().isEmpty());
        if (needsFeatures && pipeline.features().isEmpty() && !wrong("features")) {
            problem("push", "expected the section features beside push, or from in each view, found neither");
        }
        new PushCheck(pipeline, columns, this).check(push);
    }

    private void job(String name, Pipeline.Job job) {
        String path = "jobs/" + name + "/steps";
        Step before = null;
        for (int i = 0; i < job.steps().size(); i++) {
            Step step = job.steps().get(i);
            String at = path + "/" + i;
            if (before != null && step.compareTo(before) <= 0) {
                problem(
                        at,
                        step == before
                                ? "expected each step once, found " + step.word() + " again"
                                : "expected the order of the life cycle, found " + step.word() + " after "
                                        + before.word());
            }
            before = step;
            String section = section(step);
            if (!present(section) && !wrong(section)) {
                problem(at, "expected the section " + section + " for the step " + step.word() + ", found none");
            }
        }
    }

    private static String section(Step step) {
        return switch (step) {
            case INGEST, PROFILE, CHECK -> "ingest";
            case TRAIN, EVALUATE -> "train";
            case FEATURES, PUSH, REGISTER, SCORE, MONITOR -> step.word();
        };
    }

    private boolean present(String section) {
        return switch (section) {
            case "ingest" -> !pipeline.ingest().isEmpty();
            case "features" ->
                pipeline.features().isPresent() || !pipeline.featureSets().isEmpty() || wrong("feature_sets");
            case "push" -> pipeline.push().isPresent();
            case "train" -> pipeline.train().isPresent();
            case "register" -> pipeline.register().isPresent();
            case "score" -> pipeline.score().isPresent();
            case "monitor" -> pipeline.monitor().isPresent();
            default -> throw new IllegalStateException("no step needs the section " + section);
        };
    }

    void checks(String path, Map<String, Check> checks, TableName table, Optional<Set<String>> known) {
        new ChecksCheck(columns, this).check(path, checks, table, known);
    }

    void write(String path, Write write, TableName table, Optional<Set<String>> known) {
        String what = "a column of " + table;
        if (write instanceof Write.ReplaceInterval replace) {
            known(what, path + "/by", List.of(replace.by()), known);
        }
        if (write instanceof Write.Scd2 scd2) {
            known(what, path + "/track", scd2.track(), known);
            known(what, path + "/since", scd2.since().stream().toList(), known);
        }
        if (write instanceof Write.Merge merge) {
            known(what, path + "/order_by", merge.orderBy(), known);
        }
        List<String> others = write.partitionBy().stream()
                .filter(column -> !(write instanceof Write.ReplaceInterval replace
                        && replace.by().equals(column)))
                .toList();
        known(what, path + "/partition_by", others, known);
    }

    /** The columns of a table that checks read, which this pipeline ingests; any table when it ingests none. */
    Optional<Set<String>> table(String path, TableName table) {
        return table(path, table, Set.of());
    }

    /**
     * The columns of a table that features read, which this pipeline ingests; any table when it ingests none.
     *
     * @param sets what else could have been meant
     */
    Optional<Set<String>> table(String path, TableName table, Set<TableName> sets) {
        if (!pipeline.ingest().containsKey(table)
                && !pipeline.ingest().isEmpty()
                && !wrong("ingest/" + table)
                && !wrong.contains("ingest")
                && !wrong("uses_sets")
                && !wrong.contains("feature_sets")) {
            String what = "a table of the section ingest" + (sets.isEmpty() ? "" : " or of a feature set");
            List<String> known = Stream.concat(
                            tableNames().stream(), sets.stream().map(TableName::text))
                    .toList();
            unknown(path, what, table.text(), known);
        }
        return columns.ingest(table);
    }

    List<String> tableNames() {
        return pipeline.ingest().keySet().stream().map(TableName::text).toList();
    }

    /** An expression over one row of a table. */
    void row(String path, Sql sql, Object table, Optional<Set<String>> known) {
        Reading reading = read(sql);
        uses(path, reading, table, known);
        if (!reading.aggregates().isEmpty()) {
            problem(
                    path,
                    "expected an expression over one row, found the aggregate "
                            + String.join(", ", reading.aggregates())
                            + ", which is for features/windows and for the checks value and agrees alone");
        }
    }

    void uses(String path, Reading reading, Object table, Optional<Set<String>> known) {
        known("a column of " + table, path, reading.columns().stream().sorted().toList(), known);
    }

    Reading read(Sql sql) {
        return expressions.read(Binder.anyInterval(sql));
    }

    void known(String what, String path, Collection<String> used, Optional<Set<String>> known) {
        known.ifPresent(names ->
                used.stream().filter(name -> !names.contains(name)).forEach(name -> unknown(path, what, name, names)));
    }

    void unknown(String path, String what, String found, Collection<String> known) {
        problem(path, "expected " + what + ", found " + Problem.quoted(found) + Problem.nearest(found, known));
    }

    void problem(String path, String message) {
        problems.add(place(path), path, message);
    }

    /** The place of the key, or of the nearest one above it that the file has. */
    private Location place(String path) {
        String at = path;
        while (!places.containsKey(at) && !at.isEmpty()) {
            at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
        }
        return places.get(at);
    }

    boolean wrong(String path) {
        return wrong.stream().anyMatch(at -> at.equals(path) || at.startsWith(path + "/"));
    }
}
