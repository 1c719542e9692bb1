package dev.sluice.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ExpressionCheck.Flaw;
import dev.sluice.config.ExpressionCheck.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlExpressionsTest {
    private final SqlExpressions expressions = new SqlExpressions();

    @Test
    void columnsAreTheOnesThatAreReadAndNoVariables() {
        Reading reading = expressions.read(
                "aggregate(transform(tags, x -> X + bonus), 0, (total, x) -> total + x.amount + x) + `odd name` + count(Late)");

        assertThat(reading.flaws()).isEmpty();
        assertThat(reading.columns()).containsExactlyInAnyOrder("tags", "bonus", "odd name", "Late");
        assertThat(reading.aggregates()).containsExactly("count");
        assertThat(expressions.read("size(transform(tags, x -> x)) + x").columns())
                .containsExactlyInAnyOrder("tags", "x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "time_hour + make_interval(0, 0, 0, 0, 0, minute, 0)",
                "to_date(from_utc_timestamp(time_hour, 'America/New_York'))",
                "concat_ws('|', carrier, flight, date_format(time_hour, 'yyyyMMddHH'))",
                "arr_delay between -120 and 2000 or arr_delay is null",
                "origin in ('EWR', 'JFK', 'LGA') and dest not like 'X%' and tail rlike '^N'",
                "cast(arr_delay >= 15 as double) + try_cast(x as int)",
                "case when a > 1 then 'x' when b then 'y' else z end",
                "case a when 1 then 2 end",
                "if(a <=> b, 1, 0) + nullif(a, b) + coalesce(a, b, 0)",
                "sched_dep + interval 48 hours - interval '1' day",
                "extract(hour from at) + date_diff(day, '2013-01-01') + dayofweek(day)",
                "m['key'] + a[0] + s.field",
                "struct(a, b).a = named_struct('x', 1).x",
                "a || b || trim(both ' ' from c) || substring(d from 2 for 3) || position('x' in e)",
                "-a % 3 * +b div 2 & 7 | 1 ^ ~c",
                "timestampadd(hour, 3, at) > timestamp'2013-01-01 00:00:00'",
                "exists(tags, t -> t = 'x') and forall(tags, t -> t is not null)",
                "count(*) + avg(a) + sum(b) filter (where c) + min(d) + max(e)",
                "count(distinct a)",
                "true and not false and null is null",
                "a is true or b is not distinct from c",
            })
    void whatFeaturesNeedIsAllowed(String sql) {
        assertThat(expressions.read(sql).flaws())
                .filteredOn(flaw -> !flaw.message().contains("s.field"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a + reflect('java.lang.System', 'exit', '1') | 4 | expected an allowed function, found reflect, which can call any Java method",
                "transform(tags, x -> java_method('a.B', 'c', x)) | 21 | expected an allowed function, found java_method, which can call any Java method",
                "filter(tags, x -> exists(tags, y -> rand() > 0.5)) | 36 | expected an allowed function, found rand, whose answer is not the same in every run; the run's time is ${run:interval.from} and ${run:interval.to}",
                "avgg(a) | 0 | expected an allowed function, found avgg; did you mean avg?",
                "a in (select 1) | 2 | expected an expression over columns, found a subquery",
                "first(a) | 0 | expected an expression over columns, found AggregateExpression",
                "a.b.c | 0 | expected the name of a column, found a.b.c",
                "a > 'now ' | 4 | expected a fixed text, found 'now ', which Spark may read as the time of the run; that is ${run:interval.from}",
                "transform(tags, x -> current_timestamp) | 21 | expected an allowed function, found current_timestamp, whose answer is not the same in every run; the run's time is ${run:interval.from} and ${run:interval.to}",
                "transform(tags, x -> x.y.z + t.u) | 29 | expected the name of a column, found t.u",
                "load_file(a) | 0 | expected an allowed function, found load_file",
            })
    void everythingElseIsRefusedAtItsPlace(String sql, int offset, String message) {
        assertThat(expressions.read(sql).flaws()).containsExactly(new Flaw(offset, message));
    }

    @Test
    void allFlawsOfOneTextAreTold() {
        assertThat(expressions.read("rand() + uper(a) + (select 1)").flaws())
                .extracting(Flaw::offset)
                .containsExactly(0, 9, 19);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ";", "'", "`", "a b c d", "${x}", "\u0000", "a > \uD83D", "1 +", "--", "/*"})
    void noTextMakesItThrow(String sql) {
        assertThat(expressions.read(sql).flaws()).isNotEmpty();
    }
}
