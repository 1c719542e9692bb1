package dev.sluice.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.FeatureSet;
import dev.sluice.config.Loader;
import dev.sluice.core.TableName;
import dev.sluice.frame.SqlExpressions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which definitions are one version, and which tables are meant. */
final class FeatureSetsTest {
    private static final String BASE =
            """
            {table: gold.s, spine: {from: bronze.r, key: [k], as_of: at, keep: [day]}, take: {x: a + B, y: "concat(a, 'B')"},
              as_of_joins: [{from: bronze.p, keys: {k: k, l: l}, time: t, known_at: t, max_age: 2d, take: {p: p}}],
              windows: [{from: bronze.r, by: [k, l], time: at, known_at: at, over: 7d, take: {n: count(*)}}],
              checks: {one: {unique: [k]}}, write: {mode: replace_interval, by: day}}
            """;

    @TempDir
    private Path folder;

    @Test
    void whatRowsDoNotDependOnIsNoOtherVersion() throws IOException {
        for (String[] change : new String[][] {
            {"a + B", "\"A+b -- both\""},
            {"concat(a, 'B')", "CONCAT ( `a`/* and */,\\n 'B')", "concat(`a`, 'B')"},
            {"{k: k, l: l}", "{l: l, k: k}"},
            {"[k, l]", "[l, k]"},
            {"x: a + B, y: \"concat(a, 'B')\"", "y: \"concat(a, 'B')\", x: a + B"},
            {"7d", "168h"},
            {"{one: {unique: [k]}}", "{}"},
            {"{table: gold.s", "{owner: me, description: mine, table: gold.s"},
        }) {
            String other = BASE.replace(change[0], change[1]);
            String same = change.length > 2 ? BASE.replace(change[0], change[2]) : BASE;
            assertThat(other).isNotEqualTo(same);
            assertThat(version(other)).as(change[1]).isEqualTo(version(same));
        }
    }

    @Test
    void whatRowsDependOnIs() throws IOException {
        Set<String> versions = new TreeSet<>(List.of(version(BASE)));
        String[][] changes = {
            {"a + B", "a - B"},
            {"'B'", "'b'"},
            {"'B'", "'B '"},
            {"x: a", "z: a"},
            {"from: bronze.r, key", "from: bronze.q, key"},
            {"key: [k]", "key: [k, l]"},
            {"as_of: at", "as_of: at - interval 1 hour"},
            {"known_at: t", "known_at: t + interval 1 hour"},
            {"max_age: 2d, ", ""},
            {"7d", "8d"},
            {"{p: p}}", "{p: p}, missing: flag}"},
            {"by: day}", "by: day, partition_by: [day, k]}"},
        };
        for (String[] change : changes) {
            assertThat(versions.add(version(BASE.replace(change[0], change[1]))))
                    .as(change[1])
                    .isTrue();
        }
    }

    @Test
    void setsStandBehindWhatTheyReadAndChangeWithIt() throws IOException {
        String reader =
                "{table: gold.t, spine: {from: gold.s, key: [k], as_of: as_of}, take: {x: x}, write: {mode: overwrite}}";
        FeatureSets sets = sets(Map.of("t", reader, "s", BASE));
        FeatureSets changed = sets(Map.of("t", reader, "s", BASE.replace("7d", "8d")));

        assertThat(sets.own()).extracting(FeatureSets.Version::name).containsExactly("s", "t");
        FeatureSet t = sets.own().get(1).set();
        assertThat(t.spine().from()).isEqualTo(sets.own().get(0).set().table());
        assertThat(t.spine().from().text()).matches("gold\\.s__[0-9a-f]{8}");
        assertThat(sets.own().get(1).declared()).isEqualTo(new TableName("gold.t"));
        assertThat(changed.table(new TableName("gold.t"))).isNotEqualTo(sets.table(new TableName("gold.t")));
        assertThat(sets.table(new TableName("bronze.r"))).isEqualTo(new TableName("bronze.r"));
    }

    @Test
    void aCircleMadeInJavaIsRefused() throws IOException {
        FeatureSet s = loaded(Map.of("s", BASE)).pipeline().featureSets().get("s");
        FeatureSet circle = s.reading(table -> new TableName("gold.s"));

        assertThatThrownBy(() -> FeatureSets.of(Map.of("s", circle), Map.of()))
                .hasMessageContaining("read each other in a circle");
    }

    private String version(String set) throws IOException {
        return sets(Map.of("s", set)).own().get(0).version();
    }

    private FeatureSets sets(Map<String, String> sets) throws IOException {
        return FeatureSets.of(loaded(sets));
    }

    private Loader.Loaded loaded(Map<String, String> sets) throws IOException {
        StringBuilder text = new StringBuilder(
                "format: 1\npipeline: s\nconnections: {lake: {kind: delta, root: /lake}}\nclock: {}\nfeature_sets:\n");
        sets.forEach((name, set) -> text.append("  ")
                .append(name)
                .append(": ")
                .append(set.strip().replace("\n", "\n    "))
                .append('\n'));
        Path file = Files.writeString(folder.resolve("sets.yml"), text);
        return new Loader(new SqlExpressions(), name -> null).load(Loader.Request.of(file));
    }
}
