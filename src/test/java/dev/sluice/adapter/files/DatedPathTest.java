package dev.sluice.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DatedPathTest {
    private static final List<LocalDate> DATES = List.of(LocalDate.of(2013, 1, 31), LocalDate.of(2013, 2, 1));

    @Test
    void eachDateHasItsPath() {
        assertThat(new DatedPath("raw/{yyyy-MM}/f_{yyyy-MM-dd}.csv").expand(DATES))
                .containsExactly("raw/2013-01/f_2013-01-31.csv", "raw/2013-02/f_2013-02-01.csv");
        assertThat(new DatedPath("raw/{yyyy}.csv").expand(DATES)).containsExactly("raw/2013.csv");
    }

    @Test
    void globsAreLeftAlone() {
        assertThat(new DatedPath("raw/*.{csv,txt}").expand(DATES)).containsExactly("raw/*.{csv,txt}");
    }
}
