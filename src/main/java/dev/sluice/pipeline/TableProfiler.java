package dev.sluice.pipeline;

import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.frame.Profiler;
import dev.sluice.port.Partitions;
import dev.sluice.port.Tables;
import dev.sluice.quality.StateRows;
import dev.sluice.stats.TableProfile;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DateType;

/**
 * Profiles versions of tables at the cost of what has changed. Of each partition and column there is a state in {@code
 * _sluice.states.TABLE}, with a mark of the files that it was made of; a partition that consists of the same files is not read
 * again, in whatever version. All others are read in one scan. The profile of all rows is the states merged.
 */
public final class TableProfiler {
    private static final String RECORDS = "_sluice.";
    private static final String KIND = "states.";

    private final Tables tables;
    private final History history;
    private final int mostStates;

    /**
     * One that knows what has been recorded.
     *
     * @param history where states are found
     */
    public TableProfiler(Tables tables, History history) {
        this(tables, history, PartitionGroups.MOST_STATES);
    }

    TableProfiler(Tables tables, History history, int mostStates) {
        this.tables = tables;
        this.history = history;
        this.mostStates = mostStates;
    }

    /**
     * A profile and what it took.
     *
     * @param partitions of which it is
     * @param read those of them that were read
     * @param states rows of the ledger's kind {@link #kind}, of what was read
     */
    public record Profiled(TableProfile profile, int partitions, int read, List<Row> states) {
        public Profiled {
            states = List.copyOf(states);
        }

        /** How much was read. */
        public String account() {
            return String.format(
                    Locale.ROOT,
                    "%,d of %,d partitions read, %,d known from states",
                    read,
                    partitions,
                    partitions - read);
        }
    }

    /** The ledger's kind of the states of a table, which are read with it alone. */
    public static String kind(TableName table) {
        return KIND + table.text().replace('.', '_');
    }

    /** Whether a table is one of {@link #kind these}. */
    static boolean isOfStates(TableName table) {
        return table.text().startsWith(RECORDS + KIND);
    }

    /** The profile of all rows. */
    public Profiled profile(TableVersion version) {
        Partitions partitions = tables.partitions(version);
        return profile(version, partitions, PartitionGroups.of(partitions, mostStates));
    }

    /**
     * The profile of the rows of some dates.
     *
     * @return empty where these are not whole partitions
     */
    public Optional<Profiled> profile(TableVersion version, String by, List<LocalDate> dates) {
        Partitions partitions = tables.partitions(version);
        if (!partitions.by().equals(List.of(by))
                || !(partitions.schema().apply(by).dataType() instanceof DateType)
                || !PartitionGroups.isOfEach(partitions, mostStates)) {
            return Optional.empty();
        }
        List<String> chosen = dates.stream().map(date -> by + "=" + date).toList();
        return Optional.of(profile(version, partitions, PartitionGroups.ofEach(partitions, chosen)));
    }

    private Profiled profile(TableVersion version, Partitions partitions, PartitionGroups all) {
        Map<String, Collection<List<Row>>> known = known(version.table(), all.marks());
        Profiler.Merge merge = new Profiler.Merge(partitions.schema());
        SortedMap<String, String> stale = new TreeMap<>(all.groups());
        all.marks().keySet().forEach(group -> known.getOrDefault(group, List.of()).stream()
                .flatMap(rows -> readable(rows).stream())
                .findFirst()
                .ifPresent(profile -> {
                    merge.add(profile);
                    stale.values().removeIf(group::equals);
                }));
        List<Row> states = new ArrayList<>();
        if (!stale.isEmpty()) {
            Profiler.groups(tables.read(version), partitions.by(), stale).forEach((group, profile) -> {
                merge.add(profile);
                states.addAll(StateRows.of(version, group, all.marks().get(group), profile));
            });
        }
        return new Profiled(merge.build(), all.groups().size(), stale.size(), states);
    }

    /** The states that are true, by their group: of each those that were recorded together. */
    private Map<String, Collection<List<Row>>> known(TableName table, Map<String, String> marks) {
        Map<String, Map<String, List<Row>>> known = new HashMap<>();
        history.scan(kind(table), row -> {
            String group = row.getAs("partition");
            if (row.getAs("files").equals(marks.get(group))) {
                known.computeIfAbsent(group, any -> new TreeMap<>())
                        .computeIfAbsent(row.getAs("run_key"), any -> new ArrayList<>())
                        .add(row);
            }
            return true;
        });
        Map<String, Collection<List<Row>>> byGroup = new HashMap<>();
        known.forEach((group, recorded) -> byGroup.put(group, recorded.values()));
        return byGroup;
    }

    /** A state is only a saving: what is damaged, or was written by a version that is to come, is made anew. */
    private static Optional<TableProfile> readable(List<Row> rows) {
        try {
            return Optional.of(StateRows.profile(rows));
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }
}
