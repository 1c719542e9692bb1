package dev.sluice.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.TableProfile;
import dev.sluice.testing.Profiles;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProfileTableTest {
    @Test
    void oneLongNameOrValueDoesNotWidenTheTable() {
        String name = "é".repeat(500);
        String value = "line\n" + "x".repeat(40);
        List<String> row = row(name, Profiles.texts(value, value, "short"), Set.of());
        assertThat(row).hasSameSizeAs(ProfileTable.HEADER);
        assertThat(row.get(0)).isEqualTo("é".repeat(59) + "…");
        assertThat(row.get(4)).isEqualTo("line " + "x".repeat(18) + "…");
        assertThat(row.get(10)).isEqualTo("line " + "x".repeat(18) + "… 66.67 %");
    }

    @Test
    void valuesOfSensitiveColumnsAreMasked() {
        List<String> row = row("mail", Profiles.texts("a@b.ch", "a@b.ch"), Set.of("mail"));
        assertThat(row).noneMatch(cell -> cell.contains("@")).contains("***", "*** 100.00 %");
    }

    private static List<String> row(String name, ColumnProfile column, Set<String> sensitive) {
        return ProfileTable.rows(new TableProfile(column.rows(), Map.of(name, column)), sensitive)
                .get(0);
    }
}
