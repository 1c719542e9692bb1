package dev.sluice.pipeline;

import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;

/** Records of the work that was done. */
public interface History {
    /** The record of the work with this key; empty when it is not known to be done. */
    Optional<StepRecord> done(RunKey key);

    /** The records of a target's work for exactly this interval, newest first. */
    default List<StepRecord> of(String target, Interval interval) {
        return all().stream()
                .filter(record ->
                        record.target().equals(target) && record.interval().equals(interval))
                .toList();
    }

    /** The newest record of a target's work for exactly this interval. */
    default Optional<StepRecord> newest(String target, Interval interval) {
        return of(target, interval).stream().findFirst();
    }

    /**
     * Visits the rows that the pipeline's runs appended to {@code _sluice.KIND}, in no particular order, until the visitor
     * answers false.
     */
    void scan(String kind, Predicate<Row> visitor);

    /** The same, of all pipelines of the lake. */
    void scanAll(String kind, Predicate<Row> visitor);

    /** All records of the pipeline, newest first. */
    List<StepRecord> all();
}
