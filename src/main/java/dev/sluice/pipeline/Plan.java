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
        /** Done before with other settings, or dropped since: it is done again. */
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
            items.add(item(pipeline, work, settings.get(work.target()), interval, history, force));
        }
        return new Plan(interval, items);
    }

    private static Item item(
            String pipeline, Work work, String settings, Interval interval, History history, Optional<String> force) {
        List<StepRecord> before = history.of(work.target(), interval);
        if (force.isPresent()) {
            return item(pipeline, work, forced(settings, force.get()), interval, before);
        }
        if (!before.isEmpty() && isOf(settings, before)) {
            return done(work, before.get(0));
        }
        // What was done with these settings, and has been replaced since by what other ones made.
        boolean again = !work.adds()
                && before.stream().anyMatch(record -> record.settings().equals(settings));
        return item(pipeline, work, again ? after(settings, before.get(0)) : settings, interval, before);
    }

    private static Item item(String pipeline, Work work, String settings, Interval interval, List<StepRecord> before) {
        RunKey key = RunKey.of(pipeline, work.target(), interval, settings);
        Optional<StepRecord> same =
                before.stream().filter(record -> record.key().equals(key)).findFirst();
        if (same.isPresent()) {
            return done(work, same.get());
        }
        return before.isEmpty()
                ? new Item(work, key, settings, Decision.RUN, "not done for this interval")
                : new Item(
                        work,
                        key,
                        settings,
                        Decision.STALE,
                        before.get(0).isDrop()
                                ? "dropped by run " + before.get(0).runId()
                                : "done by run " + before.get(0).runId() + " with other settings");
    }

    private static Item done(Work work, StepRecord record) {
        return new Item(work, record.key(), record.settings(), Decision.DONE, "done by run " + record.runId());
    }

    /** Whether the newest of these was done with these settings: simply, by force, or after others. */
    private static boolean isOf(String settings, List<StepRecord> newestFirst) {
        StepRecord newest = newestFirst.get(0);
        return newest.settings().equals(settings)
                || newest.settings().equals(forced(settings, newest.runId()))
                || (newestFirst.size() > 1 && newest.settings().equals(after(settings, newestFirst.get(1))));
    }

    private static String forced(String settings, String runId) {
        return Hashes.id(settings, "force", runId);
    }

    private static String after(String settings, StepRecord other) {
        return Hashes.id(settings, "after", other.key().text());
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
