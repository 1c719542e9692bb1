package dev.sluice.step.features;

import dev.sluice.config.Check;
import dev.sluice.config.FeatureTable;
import dev.sluice.config.Step;
import dev.sluice.config.Write;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.feature.FeatureColumn;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.feature.FeatureRows;
import dev.sluice.feature.Slice;
import dev.sluice.pipeline.Publication;
import dev.sluice.pipeline.Publisher.Published;
import dev.sluice.pipeline.StepContext;
import dev.sluice.pipeline.StepResult;
import dev.sluice.pipeline.Work;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Computes and publishes one interval of the feature table: key, {@code as_of}, kept columns, features in the plan's order.
 *
 * <p>The interval selects spine rows by the date column that {@code replace_interval} replaces by: exactly the partitions
 * that are written are read. Windows and as-of joins look back from there into the whole tables. With {@code overwrite} all
 * spine rows are computed. All tables are read at the version that is newest when the work begins.
 *
 * <p>Facts of its record: {@code plan_hash}, {@code passes} (how histories were met), and {@code features} (names,
 * comma-separated).
 */
public final class FeaturesWork implements Work {
    /** Name of the check that proves one row per spine row before anything is visible. */
    static final String ONE_ROW_EACH = "one_row_per_spine_row";

    private final FeatureTable features;

    /**
     * Takes the definition.
     *
     * @throws SluiceException PLAN_INVALID as {@link FeaturePlan#check} does, and when the table cannot be written so
     */
    public FeaturesWork(FeatureTable features) {
        this.features = Objects.requireNonNull(features, "features");
        FeaturePlan.check(features);
        refuseUnwritable(features);
    }

    @Override
    public Step step() {
        return Step.FEATURES;
    }

    @Override
    public String target() {
        return step().word() + "/" + features.table();
    }

    @Override
    public Set<TableName> reads() {
        return features.reads();
    }

    @Override
    public Set<TableName> writes() {
        return Set.of(features.table());
    }

    @Override
    public String settings() {
        return features.toString();
    }

    @Override
    public StepResult run(StepContext context) {
        Map<TableName, TableVersion> pinned = new TreeMap<>();
        reads().forEach(table -> pinned.put(table, context.pin(table)));
        Function<TableName, Dataset<Row>> tables = table -> context.tables().read(pinned.get(table));

        FeaturePlan plan = FeaturePlan.of(
                context.spark(), features, table -> tables.apply(table).schema());
        FeatureRows computed =
                plan.compute(tables, new Slice(features.write().datedBy(), context.interval(), context.zone()));
        context.progress()
                .say(plan.features().size() + " features of " + computed.spineRows() + " rows of "
                        + features.spine().from());
        computed.passes().forEach(context.progress()::say);
        Published published = context.publisher().publish(publication(computed, context), context);
        requireOneRowEach(computed, published);

        return new StepResult(
                ExitCode.OK,
                List.copyOf(pinned.values()),
                List.of(published.version()),
                computed.spineRows(),
                published.rowsOut(),
                published.quarantined(),
                Map.of(
                        "plan_hash",
                        plan.hash(),
                        "passes",
                        String.join("; ", computed.passes()),
                        "features",
                        plan.features().stream().map(FeatureColumn::name).collect(Collectors.joining(","))));
    }

    private Publication publication(FeatureRows computed, StepContext context) {
        Map<String, Check> checks = new LinkedHashMap<>(features.checks());
        Optional<Long> exactly = Optional.of(computed.spineRows());
        checks.put(
                ONE_ROW_EACH,
                new Check.Size(new Check.Size.Bounds(Optional.empty(), exactly, exactly), Check.TableElse.FAIL));
        return Publication.of(
                features.table(),
                computed.rows(),
                features.spine().key(),
                features.write(),
                context.interval(),
                checks);
    }

    private void requireOneRowEach(FeatureRows computed, Published published) {
        if (published.rowsOut() != computed.spineRows()) {
            throw new SluiceException(
                    ErrorCode.ROWS_LOST,
                    published.version() + " got " + published.rowsOut() + " rows, expected one for each of the "
                            + computed.spineRows() + " rows of "
                            + features.spine().from(),
                    "this is a defect of Sluice: report it, and roll the table back to the version before");
        }
    }

    private static void refuseUnwritable(FeatureTable features) {
        if (!features.write().replaces()) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    features.table() + " is written as " + features.write().mode()
                            + ", expected replace_interval or overwrite",
                    "a feature row never changes once its decision time has passed: write it by replace_interval");
        }
        if (features.write() instanceof Write.ReplaceInterval replace
                && !features.spine().keep().contains(replace.by())
                && !features.spine().key().contains(replace.by())) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    features.table() + " is replaced by the dates of " + replace.by()
                            + ", which is no column of it, expected one of spine.key or spine.keep",
                    "add " + replace.by() + " to spine.keep");
        }
    }
}
