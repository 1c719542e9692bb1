package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;

import dev.sluice.frame.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Answers all questions to histories that are met by the same keys: one shuffle of each side, one scan of each history. */
public final class PointInTime {
    private static final double BYTES_OF_A_TASK = 4 << 20;

    private PointInTime() {}

    /**
     * The spine rows, each once and with all their columns, and behind them the features of each history's asks in order. The frame
     * is lazy; but {@link Strategy#PRUNE} reads the keys and decision times at once, by one job, and a probe of many spine rows
     * counts those of each key.
     *
     * @param decisions rows with the same keys and decision times as the spine, which may be cheaper to read
     * @param asOf timestamp column of the spine: decision time; a row without one sees nothing
     * @param reach of exactly these spine rows; of a history only what they can see is read
     * @param histories whose keys name the same columns of the spine
     * @throws dev.sluice.core.SluiceException PLAN_INVALID when a history's columns do not fit
     */
    public static Answered add(
            Dataset<Row> spine,
            Dataset<Row> decisions,
            String asOf,
            Reach reach,
            List<History> histories,
            Strategy strategy) {
        return add(spine, decisions, asOf, reach, histories, strategy, OptionalInt.empty(), OptionalLong.empty());
    }

    /**
     * Spine rows with their features.
     *
     * @param shared for people, which keys several tasks share: {@code 2 keys in 7 ranges}
     */
    public record Answered(Dataset<Row> rows, Optional<String> shared) {}

    /**
     * As the other.
     *
     * @param tasks number of tasks of a probe, which the rows do not depend on; empty for as many as are worth it
     * @param range number of decision times above which a key is shared by several tasks; the same
     */
    static Answered add(
            Dataset<Row> spine,
            Dataset<Row> decisions,
            String asOf,
            Reach reach,
            List<History> histories,
            Strategy strategy,
            OptionalInt tasks,
            OptionalLong range) {
        Columns.requireTimestamp(spine, asOf, "decision time " + asOf);
        List<String> keys = keys(histories);
        List<Asked> asked = histories.stream()
                .map(history -> Asked.of(spine.schema(), keys, reach, history))
                .toList();
        if (strategy == Strategy.SORT) {
            Dataset<Row> rows = spine;
            for (Asked one : asked) {
                rows = SortedMerge.add(rows, keys, asOf, one);
            }
            return new Answered(made(rows, spine.columns(), asked), Optional.empty());
        }
        int parts = tasks.orElseGet(() -> tasks(spine, asked, reach));
        Optional<Slots> index =
                strategy == Strategy.PRUNE ? Optional.of(Probe.index(decisions, keys, asOf)) : Optional.empty();
        Optional<Ranges> ranges = ranges(decisions, keys, asOf, reach, index, parts, range);
        Dataset<Row> rows = Probe.add(
                spine,
                keys,
                asOf,
                asked,
                parts,
                index.map(slots -> Probe.sent(spine, slots)),
                ranges.map(cuts -> Probe.sent(spine, cuts)));
        return new Answered(made(rows, spine.columns(), asked), ranges.map(Ranges::toString));
    }

    /** Of fewer spine rows than one task takes without a thought no key is too many, and they are counted only where they are at hand. */
    private static Optional<Ranges> ranges(
            Dataset<Row> decisions,
            List<String> keys,
            String asOf,
            Reach reach,
            Optional<Slots> index,
            int tasks,
            OptionalLong range) {
        if (tasks == 1 || reach.last().isEmpty()) {
            return Optional.empty();
        }
        long size = range.orElseGet(() -> Ranges.size(reach.rows(), tasks));
        if (index.isPresent()) {
            return Ranges.of(index.get(), tasks, size);
        }
        boolean many = range.isPresent() || reach.rows() > Strategy.SLOTS_OF_A_TASK;
        return many
                ? Ranges.of(
                        Asked.spine(decisions, keys, asOf, List.of()),
                        keys.size(),
                        reach.last().getAsLong(),
                        tasks,
                        size)
                : Optional.empty();
    }

    /** The features that are asked for, of what was added to the spine rows. */
    private static Dataset<Row> made(Dataset<Row> answered, String[] spine, List<Asked> asked) {
        List<Column> columns = new ArrayList<>();
        Stream.of(spine).map(name -> col(Columns.quoted(name))).forEach(columns::add);
        asked.forEach(one -> columns.addAll(one.answers().made().values()));
        Dataset<Row> made = Columns.select(answered, columns, "a feature of a window");
        asked.forEach(one -> one.answers().requireFeatures(made.schema()));
        return made;
    }

    private static List<String> keys(List<History> histories) {
        Set<String> keys = histories.get(0).keys().keySet();
        for (History history : histories) {
            if (!history.keys().keySet().equals(keys)) {
                throw new IllegalArgumentException("expected histories that are met by " + keys + ", found "
                        + history.name() + " by " + history.keys().keySet());
            }
        }
        return List.copyOf(keys);
    }

    /**
     * As many as Spark has for a shuffle, fewer where the plan says that there is little to do, more where a task would have to
     * keep too many decision times.
     */
    private static int tasks(Dataset<Row> spine, List<Asked> asked, Reach reach) {
        double bytes = Strategy.bytes(spine)
                + asked.stream()
                        .mapToDouble(one -> Strategy.bytes(one.events()))
                        .sum();
        int usual = spine.sparkSession().sessionState().conf().numShufflePartitions();
        double busy = Math.min(usual, 1 + bytes / BYTES_OF_A_TASK);
        return (int) Math.max((long) busy, 1 + reach.rows() / Strategy.SLOTS_OF_A_TASK);
    }
}
