package dev.sluice.pipeline;

import dev.sluice.config.Step;
import dev.sluice.core.Hashes;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a run would do for one interval, and why. Made from the works and the records alone: nothing is read, nothing
 * written.
 */
public record Plan(Interval interval, List<Item> items) {
    public Plan {
        items = List.copyOf(items);
    }

    /** What happens to one unit of work. */
    public record Item(Work work, RunKey key, String settings, Decision decision, String reason) {}

    /** Whether a unit of work is done. */
    public enum Decision {
        RUN,
        DONE,
        /** Done before with other settings: it is done again. */
        STALE
    }

    /** Whether nothing is left to do. */
    public boolean done() {
        return items.stream().allMatch(item -> item.decision() == Decision.DONE);
    }

    /**
     * Plans the works of some steps for an interval.
     *
     * @param works all works of the pipeline: a work's settings hold the settings of those whose tables or records it
     *     reads
     * @param steps steps that are asked for
     * @param force when given, part of every key: what was done before is done again
     */
    static Plan make(
            String pipeline,
            List<Work> works,
            Set<Step> steps,
            Interval interval,
            History history,
            Optional<String> force) {
        Map<String, String> settings = settings(works);
        List<Item> items = new ArrayList<>();
        for (Work work : works) {
            if (!steps.contains(work.step())) {
                continue;
            }
            String hash = force.map(id -> Hashes.id(settings.get(work.target()), "force", id))
                    .orElse(settings.get(work.target()));
            RunKey key = RunKey.of(pipeline, work.target(), interval, hash);
            items.add(item(work, key, hash, interval, history));
        }
        return new Plan(interval, items);
    }

    private static Item item(Work work, RunKey key, String hash, Interval interval, History history) {
        Optional<StepRecord> done = history.done(key);
        if (done.isPresent()) {
            return new Item(
                    work, key, hash, Decision.DONE, "done by run " + done.get().runId());
        }
        Optional<StepRecord> other = history.newest(work.target(), interval);
        return other.map(record -> new Item(
                        work, key, hash, Decision.STALE, "done by run " + record.runId() + " with other settings"))
                .orElseGet(() -> new Item(work, key, hash, Decision.RUN, "not done for this interval"));
    }

    /** Hash of each work's settings, with those of the works it stands on. */
    private static Map<String, String> settings(List<Work> works) {
        Map<TableName, Work> makers = new HashMap<>();
        Map<String, Work> byTarget = new LinkedHashMap<>();
        for (Work work : works) {
            byTarget.put(work.target(), work);
            work.writes().forEach(table -> makers.put(table, work));
        }
        Map<String, String> hashes = new HashMap<>();
        works.forEach(work -> hash(work, makers, byTarget, hashes));
        return hashes;
    }

    private static String hash(
            Work work, Map<TableName, Work> makers, Map<String, Work> byTarget, Map<String, String> hashes) {
        String known = hashes.get(work.target());
        if (known != null) {
            return known;
        }
        Map<String, String> stoodOn = new TreeMap<>();
        work.reads().stream()
                .map(makers::get)
                .filter(maker -> maker != null && maker != work)
                .forEach(maker -> stoodOn.put(maker.target(), hash(maker, makers, byTarget, hashes)));
        work.follows().stream()
                .map(byTarget::get)
                .filter(maker -> maker != null)
                .forEach(maker -> stoodOn.put(maker.target(), hash(maker, makers, byTarget, hashes)));
        String own = Hashes.id(work.settings(), stoodOn.toString());
        hashes.put(work.target(), own);
        return own;
    }
}
