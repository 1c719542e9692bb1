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

    CrossCheck(
            Pipeline pipeline,
            Map<TableName, Contract> contracts,
            ExpressionCheck expressions,
            Binder binder,
            Problems problems) {
        this.pipeline = pipeline;
        this.contracts = contracts;
        this.expressions = expressions;
        this.places = binder.places();
        this.problems = problems;
        this.wrong = new HashSet<>(binder.leftOut());
        problems.sorted().forEach(problem -> wrong.add(problem.path()));
        this.columns = new KnownColumns(pipeline, this::wrong);
    }

    /** Tells every problem. */
    void run() {
        names();
        tables();
        connections();
        pipeline.sources().forEach(this::source);
        pipeline.ingest().forEach(new IngestCheck(pipeline, contracts, columns, this)::check);
        pipeline.features().ifPresent(this::features);
        pipeline.train().ifPresent(this::train);
        pipeline.gates().forEach(this::gate);
        pipeline.register().ifPresent(this::register);
        pipeline.score().ifPresent(this::score);
        pipeline.monitor().ifPresent(this::monitor);
        pipeline.jobs().forEach(this::job);
    }

    private void names() {
        Map<String, Set<String>> sections = Map.of(
                "params", pipeline.params().keySet(),
                "vars", pipeline.vars().keySet(),
                "connections", pipeline.connections().keySet(),
                "sources", pipeline.sources().keySet(),
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
        if (table.text().startsWith("_") || table.text().endsWith("__quarantine")) {
            problem(
                    path,
                    "expected another name, found " + table + ": names that begin with _ or end with __quarantine"
                            + " are Sluice's own");
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

    private void connection(String path, String name, Class<? extends Connection> kind) {
        String word = kind.getAnnotation(Name.class).value();
        Connection connection = pipeline.connections().get(name);
        if (connection == null && !wrong("connections")) {
            unknown(
                    path,
                    "a connection of kind " + word,
                    name,
                    pipeline.connections().keySet());
        } else if (connection != null && !kind.isInstance(connection)) {
            problem(path, "expected a connection of kind " + word + ", found " + name + " of another kind");
        }
    }

    private void features(Features features) {
        Features.Spine spine = features.spine();
        TableName from = spine.from();
        Optional<Set<String>> known = table("features/spine/from", from);
        known("a column of " + from, "features/spine/key", spine.key(), known);
        known("a column of " + from, "features/spine/keep", spine.keep(), known);
        known("a column of " + from, "features/spine/never", spine.never(), known);
        never("features/spine/key", spine.key(), spine);
        never("features/spine/keep", spine.keep(), spine);
        row("features/spine/as_of", spine.asOf(), from, known);
        never("features/spine/as_of", read(spine.asOf()).columns(), spine);
        row("features/label/expr", features.label().expr(), from, known);
        row("features/label/known_at", features.label().knownAt(), from, known);
        features.take().forEach((name, sql) -> {
            row("features/take/" + name, sql, from, known);
            never("features/take/" + name, read(sql).columns(), spine);
        });
        for (int i = 0; i < features.lookups().size(); i++) {
            lookup("features/lookups/" + i, features.lookups().get(i), spine, known);
        }
        for (int i = 0; i < features.asOfJoins().size(); i++) {
            asOfJoin("features/as_of_joins/" + i, features.asOfJoins().get(i), spine, known);
        }
        for (int i = 0; i < features.windows().size(); i++) {
            window("features/windows/" + i, features.windows().get(i), spine, known);
        }
        featureNames(features);
        checks("features/checks", features.checks(), features.table(), columns.features());
        if (!features.write().replaces()) {
            problem(
                    "features/write",
                    "expected replace_interval or overwrite, found "
                            + features.write().mode());
        }
        write("features/write", features.write(), features.table(), columns.features());
    }

    private void lookup(String path, Features.Lookup lookup, Features.Spine spine, Optional<Set<String>> spineColumns) {
        Optional<Set<String>> known = table(path + "/from", lookup.from());
        keys(path + "/keys", lookup.keys(), lookup.from(), known, spine, spineColumns);
        lookup.take().forEach((name, sql) -> {
            row(path + "/take/" + name, sql, lookup.from(), known);
            if (lookup.from().equals(spine.from())) { // a lookup has no known_at that would hide the row itself
                never(path + "/take/" + name, read(sql).columns(), spine);
            }
        });
    }

    private void asOfJoin(
            String path, Features.AsOfJoin join, Features.Spine spine, Optional<Set<String>> spineColumns) {
        Optional<Set<String>> known = table(path + "/from", join.from());
        keys(path + "/keys", join.keys(), join.from(), known, spine, spineColumns);
        row(path + "/time", join.time(), join.from(), known);
        row(path + "/known_at", join.knownAt(), join.from(), known);
        join.take().forEach((name, sql) -> row(path + "/take/" + name, sql, join.from(), known));
    }

    private void window(String path, Features.Window window, Features.Spine spine, Optional<Set<String>> spineColumns) {
        Optional<Set<String>> known = table(path + "/from", window.from());
        known("a column of " + window.from(), path + "/by", window.by(), known);
        known("a column of " + spine.from(), path + "/by", window.by(), spineColumns);
        never(path + "/by", window.by(), spine);
        row(path + "/time", window.time(), window.from(), known);
        row(path + "/known_at", window.knownAt(), window.from(), known);
        window.take().forEach((name, sql) -> {
            String at = path + "/take/" + name;
            Reading reading = read(sql);
            uses(at, reading, window.from(), known);
            if (reading.flaws().isEmpty() && reading.aggregates().isEmpty()) {
                problem(at, "expected avg, sum, count, min or max of an expression, found none of them");
            }
        });
    }

    private void keys(
            String path,
            Map<String, String> keys,
            TableName table,
            Optional<Set<String>> known,
            Features.Spine spine,
            Optional<Set<String>> spineColumns) {
        if (keys.isEmpty() && !wrong(path)) {
            problem(path, "expected at least one COLUMN of the spine table: COLUMN of " + table + ", found none");
        }
        keys.forEach((left, right) -> {
            known("a column of " + spine.from(), path + "/" + left, List.of(left), spineColumns);
            known("a column of " + table, path + "/" + left, List.of(right), known);
            never(path + "/" + left, List.of(left), spine);
        });
    }

    /** Every column of the feature table has a name of its own. */
    private void featureNames(Features features) {
        Set<String> taken = KnownColumns.set(features.spine().key());
        taken.addAll(features.spine().keep());
        taken.addAll(List.of("as_of", features.label().name()));
        taken.addAll(KnownColumns.flags(features));
        if (!features.label().name().matches(COLUMN)) {
            problem(
                    "features/label/name",
                    "expected letters, digits and _, found "
                            + Problem.quoted(features.label().name()));
        }
        featureNames("features/take", features.take(), taken);
        for (int i = 0; i < features.lookups().size(); i++) {
            featureNames(
                    "features/lookups/" + i + "/take", features.lookups().get(i).take(), taken);
        }
        for (int i = 0; i < features.asOfJoins().size(); i++) {
            featureNames(
                    "features/as_of_joins/" + i + "/take",
                    features.asOfJoins().get(i).take(),
                    taken);
        }
        for (int i = 0; i < features.windows().size(); i++) {
            featureNames(
                    "features/windows/" + i + "/take", features.windows().get(i).take(), taken);
        }
    }

    private void featureNames(String path, Map<String, Sql> take, Set<String> taken) {
        words(path, take.keySet(), COLUMN);
        for (String name : take.keySet()) {
            if (!taken.add(name)) {
                problem(
                        path + "/" + name,
                        "expected a name of its own, found " + name
                                + ", which is taken: by the key, as_of, a kept column, a flag, the label or another feature");
            }
        }
    }

    private void train(Train train) {
        if (pipeline.features().isEmpty() && !wrong("features")) {
            problem("train", "expected the section features beside train, found none");
        }
        known(
                "a feature",
                "train/prepare/categorical/columns",
                train.prepare().categorical().columns(),
                columns.features());
    }

    private void gate(String name, Gate gate) {
        String path = "gates/" + name;
        if (pipeline.train().isEmpty() && !wrong("train")) {
            problem(path, "expected the section train beside gates, found none");
        }
        gate.than().ifPresent(than -> {
            List<String> known = Stream.concat(
                            pipeline.train().stream().flatMap(train -> train.candidates().keySet().stream()),
                            Stream.of("champion"))
                    .toList();
            if (!known.contains(than) && pipeline.train().isPresent() && !wrong("train/candidates/" + than)) {
                unknown(path + "/than", "a candidate or champion", than, known);
            }
            if (than.equals("champion") && pipeline.register().isEmpty() && !wrong("register")) {
                problem(path + "/than", "expected the section register, which makes champions, found none");
            }
        });
        gate.each()
                .ifPresent(each ->
                        known("a column of the feature table", path + "/each", List.of(each), columns.features()));
    }

    private void register(Register register) {
        if (pipeline.train().isEmpty() && !wrong("train")) {
            problem("register", "expected the section train beside register, found none");
        }
        connection("register/connection", register.connection(), Connection.Mlflow.class);
    }

    private void score(Score score) {
        if (pipeline.features().isEmpty() && !wrong("features")) {
            problem("score", "expected the section features beside score, found none");
        }
        String model = score.model().replaceFirst("[@/].*", "");
        pipeline.register()
                .map(Register::name)
                .filter(name -> !name.equals(model))
                .ifPresent(name -> problem(
                        "score/model", "expected the model that register/name names, " + name + ", found " + model));
        known("a column of the feature table", "score/keep", score.keep(), columns.features());
        checks("score/checks", score.checks(), score.table(), columns.scores());
        if (!score.write().replaces()) {
            problem(
                    "score/write",
                    "expected replace_interval or overwrite, found "
                            + score.write().mode());
        }
        write("score/write", score.write(), score.table(), columns.scores());
    }

    private void monitor(Monitor monitor) {
        if (pipeline.score().isEmpty() && !wrong("score")) {
            problem("monitor", "expected the section score beside monitor, found none");
        }
        monitor.drift()
                .flatMap(Monitor.Drift::inputs)
                .ifPresent(limits ->
                        known("a feature", "monitor/drift/inputs/columns", limits.columns(), columns.features()));
        monitor.drift()
                .flatMap(Monitor.Drift::output)
                .ifPresent(limits -> known(
                        "probability, the only output",
                        "monitor/drift/output/columns",
                        limits.columns(),
                        Optional.of(KnownColumns.set(List.of("probability")))));
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
            case FEATURES, REGISTER, SCORE, MONITOR -> step.word();
        };
    }

    private boolean present(String section) {
        return switch (section) {
            case "ingest" -> !pipeline.ingest().isEmpty();
            case "features" -> pipeline.features().isPresent();
            case "train" -> pipeline.train().isPresent();
            case "register" -> pipeline.register().isPresent();
            case "score" -> pipeline.score().isPresent();
            case "monitor" -> pipeline.monitor().isPresent();
            default -> throw new IllegalStateException("no step needs the section " + section);
        };
    }

    void checks(String path, Map<String, Check> checks, TableName table, Optional<Set<String>> known) {
        words(path, checks.keySet(), NAME);
        checks.forEach((name, check) -> {
            String at = path + "/" + name;
            String what = "a column of " + table;
            if (check instanceof Check.Size size) {
                size.size().per().ifPresent(per -> known(what, at + "/size/per", List.of(per), known));
            } else if (check instanceof Check.Unique unique) {
                known(what, at + "/unique", unique.unique(), known);
            } else if (check instanceof Check.Complete complete) {
                known(what, at + "/complete", List.of(complete.complete()), known);
            } else if (check instanceof Check.Range range) {
                known(what, at + "/range", List.of(range.range()), known);
            } else if (check instanceof Check.Mean mean) {
                known(what, at + "/mean", List.of(mean.mean()), known);
            } else if (check instanceof Check.Contained contained) {
                contained.contained().forEach((column, other) -> {
                    known(what, at + "/contained/" + column, List.of(column), known);
                    contained(at + "/contained/" + column, other);
                });
            }
        });
    }

    private void contained(String path, String other) {
        int dot = other.lastIndexOf('.');
        if (dot < 0) {
            problem(path, "expected TABLE.COLUMN, found " + Problem.quoted(other));
            return;
        }
        Optional<TableName> table = pipeline.ingest().keySet().stream()
                .filter(name -> name.text().equals(other.substring(0, dot)))
                .findFirst();
        if (table.isPresent()) {
            known("a column of " + table.get(), path, List.of(other.substring(dot + 1)), columns.ingest(table.get()));
        } else if (!wrong("ingest/" + other.substring(0, dot))) {
            unknown(path, "a table of the section ingest", other.substring(0, dot), tableNames());
        }
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

    /** The columns of a table that features read, which this pipeline ingests; any table when it ingests none. */
    private Optional<Set<String>> table(String path, TableName table) {
        if (!pipeline.ingest().containsKey(table)
                && !pipeline.ingest().isEmpty()
                && !wrong("ingest/" + table)
                && !wrong.contains("ingest")) {
            unknown(path, "a table of the section ingest", table.text(), tableNames());
        }
        return columns.ingest(table);
    }

    private List<String> tableNames() {
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
                            + String.join(", ", reading.aggregates()) + ", which is for features/windows alone");
        }
    }

    private void uses(String path, Reading reading, Object table, Optional<Set<String>> known) {
        known("a column of " + table, path, reading.columns().stream().sorted().toList(), known);
    }

    /** A spine row may use what is known only later nowhere; other rows' values are hidden until their known_at. */
    private void never(String path, Collection<String> used, Features.Spine spine) {
        Set<String> never = KnownColumns.set(spine.never());
        used.stream()
                .filter(never::contains)
                .sorted()
                .forEach(column -> problem(
                        path,
                        "expected columns known at decision time, found " + column
                                + ", which features/spine/never names"));
    }

    private Reading read(Sql sql) {
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
