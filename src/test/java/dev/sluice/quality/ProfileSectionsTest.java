package dev.sluice.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.port.Report.Block;
import dev.sluice.port.Report.Section;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.ColumnProfileBuilder;
import dev.sluice.stats.TableProfile;
import dev.sluice.testing.Profiles;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ProfileSectionsTest {
    @Test
    void aPictureShowsValuesOfFewAndBinsOfManyNumbers() {
        Map<String, ColumnProfile> columns = new LinkedHashMap<>();
        columns.put("text", texts("a", "a", "b", "b", "b", "", "", null));
        columns.put("few", numbers(10, 10, 10, 10, 2, 2, 2, 2));
        columns.put("reals", Profiles.numbers(1_000, 1_000, 1_000, 1_000, 0.5, 0.5, 0.5, 0.5));
        columns.put("key", texts("k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"));
        List<Section> sections = ProfileSections.of(new TableProfile(8, columns), Set.of());

        assertThat(sections).extracting(Section::title).containsExactly("Profile", "Values");
        assertThat(sections.get(1).blocks())
                .as("a value that does not recur tells nothing")
                .containsExactly(
                        new Block.Bars(
                                "text",
                                "value",
                                "share of rows",
                                List.of("b", "(blank)", "a", "null"),
                                List.of(3 / 8.0, 2 / 8.0, 2 / 8.0, 1 / 8.0)),
                        new Block.Bars("few", "value", "share of rows", List.of("2", "10"), List.of(0.5, 0.5)),
                        new Block.Bars("reals", "value", "share of rows", List.of("0.5", "1,000"), List.of(0.5, 0.5)));
    }

    @Test
    void whatIsSensitiveIsMaskedAndNotDrawn() {
        TableProfile profile = new TableProfile(3, Map.of("mail", texts("jo@example.org", "jo@example.org", null)));
        assertThat(ProfileSections.of(profile, Set.of("mail")).toString())
                .contains("***")
                .doesNotContain("jo@");
        assertThat(ProfileSections.of(profile, Set.of()).toString()).contains("jo@example.org");
    }

    @Property(tries = 300)
    void theSharesOfAColumnAreAllOfItsRows(@ForAll @Size(min = 1, max = 60) List<Double> values) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("double");
        values.forEach(builder::addDouble);
        builder.addNull();
        TableProfile profile = new TableProfile(values.size() + 1L, Map.of("x", builder.build()));
        ProfileSections.of(profile, Set.of()).stream()
                .flatMap(section -> section.blocks().stream())
                .filter(Block.Bars.class::isInstance)
                .map(Block.Bars.class::cast)
                .forEach(bars -> assertThat(
                                bars.values().stream().mapToDouble(v -> v).sum())
                        .isCloseTo(1, within(1e-9)));
    }

    private static ColumnProfile texts(String... values) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("string");
        for (String value : values) {
            if (value == null) {
                builder.addNull();
            } else {
                builder.addText(value.getBytes(StandardCharsets.UTF_8));
            }
        }
        return builder.build();
    }

    private static ColumnProfile numbers(long... values) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("int");
        for (long value : values) {
            builder.addLong(value);
        }
        return builder.build();
    }
}
