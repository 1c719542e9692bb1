package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {
    private static final String FILLED =
            ", IF(abs(CAST(`x` AS DOUBLE)) < double('Infinity'), CAST(`x` AS DOUBLE), NULL) AS `x__number`";

    @Test
    void castsOfAnyNumberOfColumnsAreKnown() {
        String casts = IntStream.range(0, 10_000)
                .mapToObj(i -> FILLED.replace("`x`", "`x" + i + "`"))
                .collect(Collectors.joining());

        assertThat(Models.isCasts("SELECT *" + casts + " FROM __THIS__")).isTrue();
        assertThat(Models.isCasts("SELECT *" + casts + ", reflect('a') FROM __THIS__"))
                .isFalse();
    }

    @Test
    void modelsOfBeforeInfiniteNumbersWereFilledAreKnown() {
        assertThat(
                        Models.isCasts(
                                "SELECT *, CAST(`x` AS DOUBLE) AS `x__number`, CAST(`y` AS DOUBLE) AS `y__number` FROM __THIS__"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SELECT *",
                "SELECT * FROM __THIS__",
                "SELECT *, 1 AS `a` FROM __THIS__",
                "SELECT *, CAST(`x` AS DOUBLE) AS `a` FROM other",
                "SELECT *, CAST(`x` AS DOUBLE) AS `a`, FROM __THIS__",
                "SELECT *, CAST(reflect('a', 'b') AS DOUBLE) AS `a` FROM __THIS__",
                "SELECT *, IF(abs(CAST(`x` AS DOUBLE)) < double('Infinity'), CAST(`y` AS DOUBLE), NULL) AS `x` FROM __THIS__"
            })
    void otherSqlIsNot(String statement) {
        assertThat(Models.isCasts(statement)).isFalse();
    }
}
