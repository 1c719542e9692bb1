package dev.sluice.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.SluiceException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a + B * 2 | a,b",
                "flights.`Dep Delay` | dep delay,flights",
                "cast(a['k'] as int) | a",
                "case when a > 1 then b else c end | a,b,c",
                "exists(xs, x -> x > late) | late,x,xs",
                "sum(a) over (partition by b order by c) | a,b,c",
                "count(*) | ''",
                "hash(*) | *",
                "struct(t.*) | *",
                "(select max(a) from t) | *",
                "a in (select 1) | *,a",
                "interval 2 hours + timestamp '2013-01-01' | ''",
            })
    void findsTheNamesOfAnExpression(String sql, String names) {
        assertThat(String.join(",", SqlText.names(sql))).isEqualTo(names);
    }

    @Test
    void refusesWhatIsNoExpression() {
        assertThatThrownBy(() -> SqlText.names("a +"))
                .isInstanceOf(SluiceException.class)
                .hasMessageStartingWith("expected a Spark SQL expression, found 'a +': ");
    }
}
