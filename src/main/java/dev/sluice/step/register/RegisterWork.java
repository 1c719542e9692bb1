package dev.sluice.step.register;

import static org.apache.spark.sql.functions.col;

import dev.sluice.config.Register;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.export.MlmodelDirectory;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.frame.Columns;
import dev.sluice.frame.Profiler;
import dev.sluice.model.ModelDirectory;
import dev.sluice.model.Models;
import dev.sluice.model.Part;
import dev.sluice.model.RegisteredModels;
import dev.sluice.model.Trained;
import dev.sluice.model.Trainer;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import dev.sluice.port.ModelRegistry;
import dev.sluice.port.ModelToRegister;
import dev.sluice.port.ModelVersion;
import dev.sluice.port.TrackedRun;
import dev.sluice.stats.ProfileCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/**
 * Registers what training selected: tracks the run, registers the version with its files, loads it back, and moves the alias
 * that the verdict of evaluation gives. Killed anywhere and run again, it goes on where it was: one run, one version.
 *
 * <p>Beside the pipeline the version holds {@code feature_plan.json}, {@code explanation.json} and {@code profile.txt}, the
 * profile of the rows it was trained on with the probability it gives them. Facts of its record: {@code model}, {@code
 * version}, {@code alias}, {@code verdict}, {@code mlflow_run}, {@code url}. Its result answers REJECTED when a gate failed.
 */
public final class RegisterWork implements Work {
    private static final String EXPLANATION = "explanation.json";
    private static final String REPORT = "evaluation.html";
    private static final int EXAMPLES = 5;

    private final Register register;
    private final Optional<String> experiment;
    private final ModelRegistry registry;

    /**
     * Takes the definitions.
     *
     * @param experiment that runs belong to; the pipeline's name when empty
     */
    public RegisterWork(Register register, Optional<String> experiment, ModelRegistry registry) {
        this.register = Objects.requireNonNull(register, "register");
        this.experiment = Objects.requireNonNull(experiment, "experiment");
        this.registry = Objects.requireNonNull(registry, "registry");
    }

    @Override
    public Step step() {
        return Step.REGISTER;
    }

    @Override
    public String target() {
        return step().word();
    }

    @Override
    public Set<TableName> reads() {
        return Set.of();
    }

    @Override
    public Set<TableName> writes() {
        return Set.of();
    }

    @Override
    public Set<String> changes() {
        return Set.of("model " + register.name());
    }

    @Override
    public Set<String> follows() {
        return Set.of(Step.TRAIN.word(), Step.EVALUATE.word());
    }

    @Override
    public String settings() {
        return register + " experiment " + experiment.orElse("");
    }

    @Override
    public StepResult run(StepContext context) {
        Release release = Release.of(context);
        Map<String, String> files = files(release, context);
        return inTemporaryFolder(folder -> {
            context.fence().check();
            String run = registry.track(tracked(release, files, folder, context));
            FaultPoint.hit("register.tracked");
            ModelToRegister model = model(release, run, files, folder, context);
            context.fence().check();
            ModelVersion version = registry.register(model);
            FaultPoint.hit("register.registered");
            // A version that cannot be loaded as it was made gets no alias.
            new RegisteredModels(registry, context.storage()).load(context.spark(), version);
            FaultPoint.hit("register.loaded");
            context.fence().check();
            String alias = moveAlias(version, release);
            FaultPoint.hit("register.moved");
            context.progress().say(version + " is " + alias + ": " + release.description());
            return result(version, alias, run, release);
        });
    }

    /** Texts beside the model. */
    private static Map<String, String> files(Release release, StepContext context) {
        Trained trained = release.trained();
        Map<String, String> files = new TreeMap<>();
        files.put(FeaturePlan.FILE, text(trained.folder() + "/" + FeaturePlan.FILE, context));
        files.put(EXPLANATION, text(release.explanation(), context));
        files.put(ModelDirectory.PROFILE, profile(trained, context));
        return files;
    }

    /**
     * The features of the training rows and what the model says of them: what later rows are compared with. Made
     * once: it costs a scan.
     */
    private static String profile(Trained trained, StepContext context) {
        String path = trained.folder() + "/" + ModelDirectory.PROFILE;
        if (context.storage().read(path).isEmpty()) {
            PipelineModel model =
                    Models.load(context.spark(), context.storage().location(trained.model(trained.selected())));
            Dataset<Row> scored = model.transform(rows(trained, Part.TRAIN, context));
            Column[] columns = Stream.concat(
                            trained.features().stream().map(feature -> col(Columns.quoted(feature))),
                            Stream.of(Models.probability().as("probability")))
                    .toArray(Column[]::new);
            String profile = ProfileCodec.text(ProfileCodec.encode(Profiler.profile(scored.select(columns))));
            context.fence().check();
            context.storage().write(path, profile.getBytes(StandardCharsets.UTF_8));
        }
        return text(path, context);
    }

    private TrackedRun tracked(Release release, Map<String, String> files, Path folder, StepContext context)
            throws IOException {
        Path artifacts = Files.createDirectory(folder.resolve("artifacts"));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(artifacts.resolve(file.getKey()), file.getValue());
        }
        Files.writeString(artifacts.resolve(REPORT), text(release.report(), context));
        return new TrackedRun(
                context.key(),
                experiment.orElse(context.pipeline()),
                context.pipeline() + " " + context.interval().text(context.zone()),
                release.params(),
                release.metrics(),
                release.tags(context),
                inputs(release, context),
                artifacts);
    }

    private static List<TrackedRun.Input> inputs(Release release, StepContext context) {
        Trained trained = release.trained();
        Map<String, String> columns = new LinkedHashMap<>();
        for (StructField field :
                context.tables().read(trained.training()).schema().fields()) {
            columns.put(field.name(), field.dataType().sql().toLowerCase(Locale.ROOT));
        }
        String location = context.tables().location(trained.training().table());
        return Map.of(Part.TRAIN, "training", Part.VALIDATE, "validation", Part.TEST, "evaluation").entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(part -> new TrackedRun.Input(
                        trained.training(), location, part.getValue(), columns, release.rows(part.getKey())))
                .toList();
    }

    private ModelToRegister model(
            Release release, String run, Map<String, String> files, Path folder, StepContext context) {
        Trained trained = release.trained();
        Path pipeline = folder.resolve("trained");
        context.storage().download(trained.model(trained.selected()), pipeline);
        Dataset<Row> inputs = rows(trained, Part.TEST, context)
                .orderBy(columns(trained.keys()))
                .select(columns(trained.features()))
                .limit(EXAMPLES);
        Path directory = folder.resolve("model");
        String manifest = new MlmodelDirectory(
                        context.key(),
                        trained.planHash(),
                        inputs.schema(),
                        inputs.collectAsList(),
                        release.training().finished(),
                        files)
                .write(pipeline, directory);
        Map<String, String> tags = release.tags(context);
        tags.put(ModelDirectory.TAG, manifest);
        return new ModelToRegister(context.key(), register.name(), run, directory, release.description(), tags);
    }

    private String moveAlias(ModelVersion version, Release release) {
        String alias = (release.passed() ? register.onPass() : register.onReject()).alias();
        if (alias.equals(Champion.ALIAS)) {
            promote(version, release);
        } else {
            String name = register.name();
            Optional<String> now = registry.at(name, alias).map(ModelVersion::version);
            registry.moveAlias(name, alias, now, Optional.of(version.version()));
        }
        return alias;
    }

    /** The evidence is about the champion that the model was compared with, and no other. */
    private void promote(ModelVersion version, Release release) {
        Champion champion = new Champion(registry, register.name());
        Optional<String> now = champion.version();
        if (!now.equals(Optional.of(version.version())) && !now.equals(release.champion())) {
            throw new SluiceException(
                    ErrorCode.CHAMPION_MOVED,
                    "the champion of " + register.name() + " is "
                            + now.map(v -> "version " + v).orElse("none") + " now, and " + version
                            + " was compared with "
                            + release.champion().map(v -> "version " + v).orElse("none"),
                    "compare it with the champion of now: sluice run --steps evaluate,register --force");
        }
        champion.promote(version.version(), release.champion());
    }

    private StepResult result(ModelVersion version, String alias, String run, Release release) {
        Map<String, String> facts = Map.of(
                "model",
                version.name(),
                "version",
                version.version(),
                "alias",
                alias,
                "verdict",
                release.passed() ? "pass" : "reject",
                "mlflow_run",
                run,
                "url",
                registry.address(version));
        return StepResult.of(facts, List.of(release.trained().training()), List.of())
                .exit(release.passed() ? ExitCode.OK : ExitCode.REJECTED);
    }

    private static Dataset<Row> rows(Trained trained, Part part, StepContext context) {
        return context.tables()
                .read(trained.training())
                .where(col(Trainer.SPLIT).equalTo(part.word()));
    }

    private static Column[] columns(List<String> names) {
        return names.stream().map(name -> col(Columns.quoted(name))).toArray(Column[]::new);
    }

    private static String text(String path, StepContext context) {
        return context.storage()
                .read(path)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.INPUT_MISSING,
                        "there is no " + context.storage().location(path) + ", which an earlier step has written",
                        "run train and evaluate again with --force, then register"));
    }

    private interface Body {
        StepResult run(Path folder) throws IOException;
    }

    private static StepResult inTemporaryFolder(Body body) {
        try {
            Path folder = Files.createTempDirectory("sluice-register-");
            try {
                return body.run(folder);
            } finally {
                try (Stream<Path> tree = Files.walk(folder)) {
                    for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
