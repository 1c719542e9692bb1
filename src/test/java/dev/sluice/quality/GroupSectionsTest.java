package dev.sluice.quality;

import static dev.sluice.testing.Profiles.numbers;
import static dev.sluice.testing.Profiles.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.port.Report.Block;
import dev.sluice.port.Report.Section;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Slices;
import dev.sluice.stats.TableProfile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GroupSectionsTest {
    @Test
    void aRowForEachColumnAndACellForEachGroup() {
        Slices slices = new Slices(
                new TreeMap<>(Map.of(
                        "EWR", table(texts("EWR", "EWR"), texts("UA", "UA"), numbers(1, 3)),
                        " ", table(texts(" ", " ", " "), texts("B6", null, null), numbers(2, 2, 2)))),
                Optional.of(table(texts((String) null), texts("UA"), numbers(Double.NaN))));

        List<Section> sections = GroupSections.of("origin", slices, Set.of());

        assertThat(sections)
                .extracting(Section::title)
                .containsExactly(
                        "Groups",
                        "Distance from all rows",
                        "Rows without a value",
                        "Different values",
                        "Mean",
                        "Most frequent value");
        assertThat(table(sections, 0).header()).containsExactly("origin", "rows", "share of rows");
        assertThat(table(sections, 0).rows())
                .containsExactly(
                        List.of("(blank)", "3", "50.00 %"),
                        List.of("EWR", "2", "33.33 %"),
                        List.of("all other rows", "1", "16.67 %"));
        List<String> header = List.of("column", "(blank)", "EWR", "all other rows");
        assertThat(sections.subList(1, 6))
                .allSatisfy(section -> assertThat(table(section).header()).isEqualTo(header));
        assertThat(table(sections, 2).rows()).containsExactly(List.of("carrier", "66.67 %", "0", "0"));
        assertThat(table(sections, 3).rows())
                .containsExactly(List.of("carrier", "1", "1", "1"), List.of("delay", "1", "2", "1"));
        assertThat(table(sections, 4).rows()).containsExactly(List.of("delay", "2", "2", "–"));
        assertThat(table(sections, 5).rows()).containsExactly(List.of("carrier", "–", "UA 100.00 %", "–"));
    }

    /** js_distance_ln of the shares 1, 0 from 3/4, 1/4, by SciPy's jensenshannon: 0.3092; of halves 0.1839. */
    @Test
    void theColumnThatDiffersMostComesFirst() {
        Slices slices = new Slices(
                new TreeMap<>(Map.of(
                        "a", table(texts("a", "a"), texts("UA", "UA"), numbers(1, 1)),
                        "b", table(texts("b", "b"), texts("UA", "UA"), numbers(1, 2)))),
                Optional.empty());

        Block.Table distances = table(GroupSections.of("origin", slices, Set.of()), 1);

        assertThat(distances.rows())
                .containsExactly(List.of("delay", "0.3092", "0.1839"), List.of("carrier", "0.0000", "0.0000"));
    }

    @Test
    void ofManyGroupsTheLargestAreShown() {
        Map<String, TableProfile> groups = new LinkedHashMap<>();
        for (int i = 1; i <= 12; i++) {
            String[] same = new String[i];
            Arrays.fill(same, "v");
            groups.put("g" + i, new TableProfile(i, Map.of("c", texts(same))));
        }

        List<Section> sections = GroupSections.of("by", new Slices(new TreeMap<>(groups), Optional.empty()), Set.of());

        assertThat(table(sections, 0).rows()).hasSize(12);
        assertThat(sections.get(0).blocks().get(1))
                .isEqualTo(new Block.Text("The tables below show the 10 groups with most rows."));
        assertThat(table(sections, 1).header())
                .hasSize(11)
                .startsWith("column", "g12", "g11")
                .doesNotContain("g2");
    }

    @Test
    void valuesOfSensitiveColumnsAreMasked() {
        Slices slices = new Slices(
                new TreeMap<>(Map.of("EWR", table(texts("EWR", "EWR"), texts("UA", "UA"), numbers(1234, 5678)))),
                Optional.empty());

        assertThat(GroupSections.of("origin", slices, Set.of("carrier", "delay"))
                        .toString())
                .doesNotContain("UA")
                .doesNotContain("3,456")
                .contains("[carrier, *** 100.00 %]", "[delay, ***]");
    }

    private static TableProfile table(ColumnProfile origin, ColumnProfile carrier, ColumnProfile delay) {
        Map<String, ColumnProfile> columns = new LinkedHashMap<>();
        columns.put("origin", origin);
        columns.put("carrier", carrier);
        columns.put("delay", delay);
        return new TableProfile(origin.rows(), columns);
    }

    private static Block.Table table(List<Section> sections, int i) {
        return table(sections.get(i));
    }

    private static Block.Table table(Section section) {
        return section.blocks().stream()
                .filter(Block.Table.class::isInstance)
                .map(Block.Table.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
