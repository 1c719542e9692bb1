package dev.sluice.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the sections of a model (train, gates, register, score, monitor) say of the feature table and of one another. */
final class ModelCheck {
    private final Pipeline pipeline;
    private final KnownColumns columns;
    private final CrossCheck check;

    ModelCheck(Pipeline pipeline, KnownColumns columns, CrossCheck check) {
        this.pipeline = pipeline;
        this.columns = columns;
        this.check = check;
    }

    /** Tells every problem. */
    void check() {
        pipeline.train().ifPresent(this::train);
        pipeline.gates().forEach(this::gate);
        pipeline.register().ifPresent(this::register);
        pipeline.score().ifPresent(this::score);
        pipeline.monitor().ifPresent(this::monitor);
    }

    private void train(Train train) {
        if (pipeline.features().isEmpty() && !check.wrong("features")) {
            check.problem("train", "expected the section features beside train, found none");
        }
        check.known(
                "a feature",
                "train/prepare/categorical/columns",
                train.prepare().categorical().columns(),
                columns.features());
        String what = "a column of the feature table";
        check.known(what, "train/split/hash", train.split().hash(), columns.features());
        check.known(what, "train/split/shared/entity", train.split().shared().entity(), columns.features());
        train.split().stratify().ifPresent(column -> {
            Optional<Set<String>> known = columns.features().map(Set::copyOf).map(KnownColumns::set);
            pipeline.features()
                    .map(Features::label)
                    .ifPresent(label -> known.ifPresent(names -> names.add(label.name())));
            check.known(what + " or its label", "train/split/stratify", List.of(column), known);
        });
    }

    private void gate(String name, Gate gate) {
        String path = "gates/" + name;
        if (pipeline.train().isEmpty() && !check.wrong("train")) {
            check.problem(path, "expected the section train beside gates, found none");
        }
        if (gate instanceof Gate.OfMetric metric) {
            gate(path, metric);
        }
    }

    private void gate(String path, Gate.OfMetric gate) {
        gate.than().ifPresent(than -> {
            List<String> known = Stream.concat(
                            pipeline.train().stream().flatMap(train -> train.candidates().keySet().stream()),
                            Stream.of("champion"))
                    .toList();
            if (!known.contains(than) && pipeline.train().isPresent() && !check.wrong("train/candidates/" + than)) {
                check.unknown(path + "/than", "a candidate or champion", than, known);
            }
            if (than.equals("champion") && pipeline.register().isEmpty() && !check.wrong("register")) {
                check.problem(path + "/than", "expected the section register, which makes champions, found none");
            }
        });
        gate.each()
                .ifPresent(each -> check.known(
                        "a column of the feature table", path + "/each", List.of(each), columns.features()));
    }

    private void register(Register register) {
        if (pipeline.train().isEmpty() && !check.wrong("train")) {
            check.problem("register", "expected the section train beside register, found none");
        }
        check.connection("register/connection", register.connection(), Connection.Mlflow.class);
    }

    private void score(Score score) {
        if (pipeline.features().isEmpty() && !check.wrong("features")) {
            check.problem("score", "expected the section features beside score, found none");
        }
        String model = score.model().replaceFirst("[@/].*", "");
        pipeline.register()
                .map(Register::name)
                .filter(name -> !name.equals(model))
                .ifPresent(name -> check.problem(
                        "score/model", "expected the model that register/name names, " + name + ", found " + model));
        check.known("a column of the feature table", "score/keep", score.keep(), columns.features());
        check.checks("score/checks", score.checks(), score.table(), columns.scores());
        if (!score.write().replaces()) {
            check.problem(
                    "score/write",
                    "expected replace_interval or overwrite, found "
                            + score.write().mode());
        }
        check.write("score/write", score.write(), score.table(), columns.scores());
    }

    private void monitor(Monitor monitor) {
        if (pipeline.score().isEmpty() && !check.wrong("score")) {
            check.problem("monitor", "expected the section score beside monitor, found none");
        }
        monitor.drift()
                .flatMap(Monitor.Drift::inputs)
                .ifPresent(limits ->
                        check.known("a feature", "monitor/drift/inputs/columns", limits.columns(), columns.features()));
        monitor.drift()
                .flatMap(Monitor.Drift::output)
                .ifPresent(limits -> check.known(
                        "probability, the only output",
                        "monitor/drift/output/columns",
                        limits.columns(),
                        Optional.of(KnownColumns.set(List.of("probability")))));
    }
}
