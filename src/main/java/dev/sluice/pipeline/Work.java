package dev.sluice.pipeline;

import dev.sluice.config.Step;
import dev.sluice.core.TableName;
import java.util.Set;

/**
 * One unit of a step's work: one table, or one model. Done once for an interval and settings; asked again it is not
 * done again.
 */
public interface Work {
    /** The step it belongs to. */
    Step step();

    /** Its name in plans, records and progress: {@code ingest/bronze.flights}, {@code train}. */
    String target();

    /** Tables it reads. */
    Set<TableName> reads();

    /** Tables it writes. */
    Set<TableName> writes();

    /** What it changes outside of the lake, for people: {@code model flights-delay}, {@code online shop/customers by customer}. */
    default Set<String> changes() {
        return Set.of();
    }

    /** Targets whose records it reads: it is stale when they are. Makers of the tables it reads need not be named. */
    default Set<String> follows() {
        return Set.of();
    }

    /**
     * Whether what it does adds to what it did before, instead of taking its place: then it is not done again because other
     * settings came in between.
     */
    default boolean adds() {
        return false;
    }

    /**
     * The settings that its output depends on, as one text: equal settings give equal texts in every JVM. Printed records
     * of the configuration are such texts.
     */
    String settings();

    /**
     * Does the work: reads pinned inputs, computes, judges, commits. Everything it commits carries the context's key, so
     * that doing it twice, or being killed in between, gives the same tables.
     */
    StepResult run(StepContext context);
}
