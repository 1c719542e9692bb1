package dev.sluice.quality;

import dev.sluice.config.Distance;
import dev.sluice.port.Report.Block;
import dev.sluice.port.Report.Section;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distances;
import dev.sluice.stats.Estimate;
import dev.sluice.stats.Slices;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a person sees of groups of rows: how many there are, in which columns they differ from all rows, and tables of a row for each
 * column and a cell for each group.
 */
public final class GroupSections {
    /** Of more groups those are shown that have most rows. */
    private static final int MOST = 10;

    private static final Distance DISTANCE = Distance.JS_DISTANCE_LN;
    private static final String NONE = "–";

    private final TableProfile all;
    private final Map<String, TableProfile> shown;
    private final List<String> columns;
    private final Set<String> sensitive;

    private GroupSections(
            TableProfile all, Map<String, TableProfile> shown, List<String> columns, Set<String> sensitive) {
        this.all = all;
        this.shown = shown;
        this.columns = columns;
        this.sensitive = sensitive;
    }

    /**
     * The sections of groups with a row at least.
     *
     * @param by the column that makes the groups
     * @param sensitive columns whose values are masked; not the one that makes the groups
     */
    public static List<Section> of(String by, Slices slices, Set<String> sensitive) {
        Map<String, TableProfile> groups = new LinkedHashMap<>(slices.values());
        slices.others().ifPresent(others -> groups.put("all other rows", others));
        TableProfile all = groups.values().stream().reduce(TableProfile::merge).orElseThrow();
        Map<String, TableProfile> shown = new LinkedHashMap<>();
        groups.entrySet().stream()
                .sorted(Comparator.comparingLong(group -> -group.getValue().rows()))
                .limit(MOST)
                .forEach(group -> shown.put(group.getKey(), group.getValue()));
        List<String> columns =
                all.columns().keySet().stream().filter(name -> !name.equals(by)).toList();
        return new GroupSections(all, shown, columns, sensitive).sections(by, groups);
    }

    private List<Section> sections(String by, Map<String, TableProfile> groups) {
        List<Section> sections = new ArrayList<>();
        List<Block> sizes = new ArrayList<>();
        sizes.add(sizes(by, groups));
        if (groups.size() > MOST) {
            sizes.add(new Block.Text("The tables below show the " + MOST + " groups with most rows."));
        }
        sections.add(new Section("Groups", sizes));
        sections.add(new Section(
                "Distance from all rows",
                List.of(
                        new Block.Text(
                                "How far the values of a group are from those of all rows, by " + DISTANCE.word()
                                        + ", which is 0 to 0.8326; a dash where it cannot be measured. The columns that differ most come first."),
                        table(furthestFirst(), this::distance))));
        section("Rows without a value", column -> column.nulls() > 0, this::nulls)
                .ifPresent(sections::add);
        section("Different values", column -> column.distinct().isPresent(), this::distinct)
                .ifPresent(sections::add);
        section("Mean", column -> column.kind().isNumber(), this::mean).ifPresent(sections::add);
        section(
                        "Most frequent value",
                        column ->
                                column.distinct().isPresent() && !column.kind().isNumber(),
                        this::frequent)
                .ifPresent(sections::add);
        return List.copyOf(sections);
    }

    private Block sizes(String by, Map<String, TableProfile> groups) {
        return new Block.Table(
                List.of(by, "rows", "share of rows"),
                groups.entrySet().stream()
                        .sorted(Comparator.comparingLong(
                                group -> -group.getValue().rows()))
                        .map(group -> List.of(
                                name(group.getKey()),
                                Words.count(group.getValue().rows()),
                                ProfileTable.percent((double) group.getValue().rows() / all.rows())))
                        .toList());
    }

    /** A section of the columns that something can be said of; none where there are none. */
    private Optional<Section> section(
            String title, Predicate<ColumnProfile> which, BiFunction<String, TableProfile, String> cell) {
        List<String> chosen =
                columns.stream().filter(name -> which.test(column(name, all))).toList();
        return chosen.isEmpty() ? Optional.empty() : Optional.of(new Section(title, List.of(table(chosen, cell))));
    }

    private Block table(List<String> chosen, BiFunction<String, TableProfile, String> cell) {
        List<String> header = new ArrayList<>(List.of("column"));
        shown.keySet().forEach(group -> header.add(name(group)));
        return new Block.Table(
                header,
                chosen.stream()
                        .map(name -> Stream.concat(
                                        Stream.of(ProfileTable.cut(name, ProfileTable.LONGEST_NAME)),
                                        shown.values().stream().map(group -> cell.apply(name, group)))
                                .toList())
                        .toList());
    }

    private List<String> furthestFirst() {
        return columns.stream()
                .sorted(Comparator.comparingDouble(name -> -shown.values().stream()
                        .flatMap(group -> estimate(name, group).stream())
                        .mapToDouble(Estimate::value)
                        .max()
                        .orElse(-1)))
                .toList();
    }

    private Optional<Estimate> estimate(String name, TableProfile group) {
        return Distances.of(DISTANCE, column(name, all), column(name, group));
    }

    private String distance(String name, TableProfile group) {
        return estimate(name, group)
                .map(found -> String.format(Locale.ROOT, "%.4f", found.value()))
                .orElse(NONE);
    }

    private String nulls(String name, TableProfile group) {
        ColumnProfile column = column(name, group);
        return column.nulls() == 0 ? "0" : ProfileTable.percent((double) column.nulls() / column.rows());
    }

    private String distinct(String name, TableProfile group) {
        return ProfileTable.distinct(column(name, group).distinct().orElseThrow());
    }

    private String mean(String name, TableProfile group) {
        ColumnProfile column = column(name, group);
        if (column.numbers().orElseThrow().count() == 0) {
            return NONE;
        }
        return sensitive.contains(name)
                ? ProfileTable.MASK
                : ProfileTable.rounded(column.numbers().get().mean());
    }

    private String frequent(String name, TableProfile group) {
        ColumnProfile column = column(name, group);
        String top = ProfileTable.top(
                column.distinct().orElseThrow(), column.rows() - column.nulls(), sensitive.contains(name), 1);
        return top.isEmpty() ? NONE : top;
    }

    private static ColumnProfile column(String name, TableProfile profile) {
        return profile.columns().get(name);
    }

    private static String name(String group) {
        return group.isBlank() ? "(blank)" : ProfileTable.cut(group, ProfileTable.LONGEST);
    }
}
