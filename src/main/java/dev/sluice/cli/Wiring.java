package dev.sluice.cli;

import dev.sluice.adapter.deequ.DeequChecks;
import dev.sluice.adapter.delta.DeltaRecords;
import dev.sluice.adapter.delta.DeltaTables;
import dev.sluice.adapter.files.Storages;
import dev.sluice.adapter.jdbc.PostgresStore;
import dev.sluice.adapter.mlflow.MlflowRegistry;
import dev.sluice.adapter.redis.RedisStore;
import dev.sluice.adapter.report.HtmlReport;
import dev.sluice.config.Connection;
import dev.sluice.config.Features;
import dev.sluice.config.Ingest;
import dev.sluice.config.Loader;
import dev.sluice.config.Pipeline;
import dev.sluice.config.Push;
import dev.sluice.config.Score;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.Location;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.feature.FeatureSets;
import dev.sluice.feature.ServedTables;
import dev.sluice.model.RegisteredModels;
import dev.sluice.pipeline.History;
import dev.sluice.pipeline.LakeRecords;
import dev.sluice.pipeline.Ledger;
import dev.sluice.pipeline.Maintainer;
import dev.sluice.pipeline.NoFence;
import dev.sluice.pipeline.QuarantinePurge;
import dev.sluice.pipeline.Runner;
import dev.sluice.pipeline.StagedPublisher;
import dev.sluice.pipeline.TableDrop;
import dev.sluice.pipeline.Unfenced;
import dev.sluice.pipeline.Work;
import dev.sluice.port.CheckEngine;
import dev.sluice.port.ModelRegistry;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.RecordTables;
import dev.sluice.port.Storage;
import dev.sluice.port.Tables;
import dev.sluice.step.check.CheckWork;
import dev.sluice.step.evaluate.EvaluateWork;
import dev.sluice.step.features.FeatureSetWork;
import dev.sluice.step.features.FeaturesWork;
import dev.sluice.step.ingest.IngestWork;
import dev.sluice.step.ingest.ReplayWork;
import dev.sluice.step.monitor.Baseline;
import dev.sluice.step.monitor.MonitorWork;
import dev.sluice.step.profile.ProfileWork;
import dev.sluice.step.push.PushWork;
import dev.sluice.step.register.RegisterWork;
import dev.sluice.step.score.ScoreWork;
import dev.sluice.step.train.TrainWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;

/** Puts a pipeline's works and the adapters together. The Spark session is started when it is first asked for. */
final class Wiring implements AutoCloseable {
    /** Decision threshold of a pipeline that does not score. */
    private static final double DECISION = 0.5;

    private final Loader.Loaded loaded;
    private final Tables tables;
    private final RecordTables recordTables;
    private final Storage storage;
    private SparkSession session;
    private boolean started;

    private Wiring(Loader.Loaded loaded) {
        this.loaded = loaded;
        String root = Storages.absolute(loaded.pipeline().lake().root());
        Configuration hadoop = Sessions.hadoop(loaded.pipeline());
        if (Storages.isRacy(root, hadoop)) {
            Console.message(
                    "warning: S3A of this Hadoop does not write conditionally, so that of two drivers at once one may lose"
                            + " its commit: let one alone write to " + root
                            + ", or use Hadoop 3.3 with the AWS SDK 1.12");
        }
        this.tables = new DeltaTables(this::spark, hadoop, root);
        this.recordTables = new DeltaRecords(hadoop, root);
        this.storage = Storages.of(root, hadoop);
    }

    static Wiring of(Loader.Loaded loaded) {
        return new Wiring(loaded);
    }

    History history() {
        return new LakeRecords(recordTables, loaded.pipeline().name(), "", new NoFence());
    }

    /** Where what a verb saw of an interval is recorded. */
    Ledger ledger(String runId, Interval interval) {
        LakeRecords records = new LakeRecords(recordTables, loaded.pipeline().name(), runId, new Unfenced());
        records.about(interval);
        return records;
    }

    RecordTables recordTables() {
        return recordTables;
    }

    Storage storage() {
        return storage;
    }

    Tables tables() {
        return tables;
    }

    Maintainer maintainer() {
        return new Maintainer(loaded.pipeline().name(), tables, storage);
    }

    synchronized SparkSession spark() {
        if (session == null) {
            boolean found = Sessions.isRunning();
            session = Sessions.start(loaded.pipeline());
            started = !found;
        }
        return session;
    }

    Runner runner() {
        return runner(works());
    }

    /** A runner of these works alone. */
    Runner runner(List<Work> works) {
        Pipeline pipeline = loaded.pipeline();
        return new Runner(
                this::spark,
                pipeline.name(),
                pipeline.clock().zone(),
                works,
                tables,
                recordTables,
                storage,
                new StagedPublisher(checks()),
                Console::message,
                VersionVerb.version(),
                places());
    }

    /** What decides checks. */
    CheckEngine checks() {
        return new DeequChecks();
    }

    /** All works of the pipeline, in the order of the life cycle. */
    List<Work> works() {
        Pipeline pipeline = loaded.pipeline();
        List<Work> works = new ArrayList<>(ingest(pipeline));
        pipeline.ingest()
                .forEach((table, ingest) -> works.add(new ProfileWork(
                        table, ingest.write().datedBy(), ingest.contract().isPresent())));
        pipeline.ingest()
                .forEach((table, ingest) -> works.add(new CheckWork(
                        table,
                        ingest.write().datedBy(),
                        ingest.key(),
                        ingest.checks(),
                        Optional.ofNullable(loaded.contracts().get(table)),
                        checks())));
        FeatureSets sets = FeatureSets.of(loaded);
        sets.own()
                .forEach(set ->
                        works.add(new FeatureSetWork(set, pipeline.owner().map(Pipeline.Owner::team))));
        Optional<Features> features = pipeline.features().map(sets::resolved);
        features.ifPresent(table -> works.add(new FeaturesWork(table)));
        pipeline.push().ifPresent(push -> works.addAll(push(pipeline, push)));
        features.ifPresent(table -> works.addAll(learning(pipeline, table)));
        return works;
    }

    private List<Work> push(Pipeline pipeline, Push push) {
        OnlineStore store = store(pipeline.connections().get(push.connection()));
        List<Work> works = new ArrayList<>();
        push.views().forEach((name, view) -> works.add(new PushWork(name, push, ServedTables.of(loaded, view), store)));
        return works;
    }

    private static OnlineStore store(Connection connection) {
        return connection instanceof Connection.Jdbc database
                ? new PostgresStore(database)
                : new RedisStore((Connection.Redis) connection);
    }

    /** The work that judges a table's stopped rows again. */
    Work replay(TableName table) {
        Ingest ingest = loaded.pipeline().ingest().get(table);
        return new ReplayWork(
                table,
                ingest,
                loaded.pipeline().sources().get(ingest.from()),
                Optional.ofNullable(loaded.contracts().get(table)));
    }

    QuarantinePurge purge(String runId) {
        return new QuarantinePurge(loaded.pipeline().name(), runId, tables, recordTables, storage);
    }

    TableDrop drop(String runId) {
        return new TableDrop(loaded.pipeline().name(), runId, tables, recordTables, storage, VersionVerb.version());
    }

    /** What stands on features. */
    private List<Work> learning(Pipeline pipeline, Features features) {
        List<Work> works = new ArrayList<>();
        double threshold = pipeline.score().map(Score::threshold).orElse(DECISION);
        pipeline.train().ifPresent(train -> {
            works.add(new TrainWork(features, train, threshold));
            works.add(new EvaluateWork(
                    TrainWork.trainingTable(features.table()),
                    pipeline.gates(),
                    threshold,
                    pipeline.register().map(register -> new EvaluateWork.Champion(models(), register.name())),
                    new HtmlReport()));
        });
        pipeline.register()
                .ifPresent(register ->
                        works.add(new RegisterWork(register, mlflow(pipeline).experiment(), registry())));
        pipeline.score().ifPresent(score -> {
            works.add(new ScoreWork(score, features, models()));
            pipeline.monitor()
                    .ifPresent(monitor -> works.add(new MonitorWork(
                            monitor,
                            features,
                            score,
                            version -> Baseline.of(models(), version),
                            sensitive(),
                            new HtmlReport())));
        });
        return works;
    }

    /** Names of columns whose values some contract shows to nobody: a feature of that name is likely to be made of them. */
    Set<String> sensitive() {
        return loaded.contracts().values().stream()
                .flatMap(contract -> contract.sensitive().stream())
                .collect(Collectors.toSet());
    }

    private RegisteredModels models() {
        return new RegisteredModels(registry(), storage);
    }

    ModelRegistry registry() {
        return registry(loaded.pipeline());
    }

    /** A pipeline's registry, which needs no session. */
    static ModelRegistry registry(Pipeline pipeline) {
        return new MlflowRegistry(mlflow(pipeline));
    }

    /** The connection that the pipeline registers to, or the only one that it has. */
    private static Connection.Mlflow mlflow(Pipeline pipeline) {
        return pipeline.register()
                .map(register -> pipeline.connections().get(register.connection()))
                .or(() -> pipeline.connections().values().stream()
                        .filter(Connection.Mlflow.class::isInstance)
                        .findFirst())
                .map(Connection.Mlflow.class::cast)
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "pipeline " + pipeline.name() + " has no connection of kind mlflow",
                        "declare one under connections, and name it in register.connection"));
    }

    /** Ingest works, a table that checks look values up in before the tables with these checks. */
    private List<Work> ingest(Pipeline pipeline) {
        Map<TableName, Work> byTable = new HashMap<>();
        pipeline.ingest()
                .forEach((table, ingest) -> byTable.put(
                        table,
                        new IngestWork(
                                table,
                                ingest,
                                pipeline.sources().get(ingest.from()),
                                Sources.of(
                                        ingest.from(),
                                        pipeline.sources().get(ingest.from()).read(),
                                        pipeline.connections()),
                                Optional.ofNullable(loaded.contracts().get(table)))));
        Set<Work> ordered = new LinkedHashSet<>();
        pipeline.ingest()
                .keySet()
                .forEach(table -> addAfterItsReads(byTable.get(table), byTable, ordered, new LinkedHashSet<>()));
        return List.copyOf(ordered);
    }

    private static void addAfterItsReads(Work work, Map<TableName, Work> byTable, Set<Work> ordered, Set<Work> above) {
        if (work == null || ordered.contains(work) || !above.add(work)) {
            return;
        }
        work.reads().stream().sorted().forEach(table -> addAfterItsReads(byTable.get(table), byTable, ordered, above));
        ordered.add(work);
    }

    /** Where each target stands in the pipeline file. */
    private Map<String, Location> places() {
        Map<String, Location> places = new HashMap<>(loaded.places());
        for (FeatureSets.Version set : FeatureSets.of(loaded).own()) {
            Location place = loaded.places().get("feature_sets/" + set.name());
            if (place != null) {
                places.put(Step.FEATURES.word() + "/" + set.set().table(), place);
            }
        }
        for (Work work : works()) {
            Location section = loaded.places().get(work.step().word());
            if (section != null) {
                places.putIfAbsent(work.target(), section);
            }
        }
        return places;
    }

    /** Lets Spark say no more, where it has been started. */
    synchronized void silence() {
        if (session != null) {
            session.sparkContext().setLogLevel("OFF");
        }
    }

    /**
     * Stops the session if it was started here: one that was found, as on Databricks, is its owner's. When the JVM ends, Spark stops
     * it by itself and nobody else may.
     */
    @Override
    public synchronized void close() {
        if (started && !ShutdownHookManager.get().isShutdownInProgress()) {
            session.stop();
        }
    }
}
