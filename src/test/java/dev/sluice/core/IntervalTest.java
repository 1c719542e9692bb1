package dev.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class IntervalTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    @Test
    void aDateIsItsMidnightInTheZone() {
        Interval day = Interval.parse("2013-03-10/2013-03-11", NEW_YORK);
        assertThat(day.from()).isEqualTo(Instant.parse("2013-03-10T05:00:00Z"));
        assertThat(Duration.between(day.from(), day.to()))
                .as("the clocks go forward")
                .isEqualTo(Duration.ofHours(23));
        assertThat(day.text(NEW_YORK)).isEqualTo("2013-03-10/2013-03-11");
        assertThat(day.dates(NEW_YORK)).containsExactly(LocalDate.of(2013, 3, 10));
    }

    @Test
    void isAsLongAsACalendarSays() {
        assertThat(length("2013-03-10/2013-03-11")).as("23 hours").isEqualTo("1 day");
        assertThat(length("2013-01-01/2013-01-08")).isEqualTo("7 days");
        assertThat(length("2013-02-01/2013-03-01")).isEqualTo("1 month");
        assertThat(length("2013-01-01/2013-10-01")).isEqualTo("9 months");
        assertThat(length("2013-01-15/2013-02-15")).isEqualTo("31 days");
        assertThat(length("2013-01-01T06:00:00/2013-01-01T12:00:00")).isEqualTo("PT6H");
        assertThat(Interval.parse("2013-01-01/2013-01-02", ZoneOffset.UTC).length(NEW_YORK))
                .as("no midnights there")
                .isEqualTo("PT24H");
    }

    private static String length(String interval) {
        return Interval.parse(interval, NEW_YORK).length(NEW_YORK);
    }

    @Test
    void timesAreReadWithAndWithoutOffset() {
        assertThat(Interval.instant("2013-01-01T05:00:00Z", NEW_YORK)).isEqualTo(Instant.parse("2013-01-01T05:00:00Z"));
        assertThat(Interval.instant("2013-01-01T00:00:00-05:00", ZoneOffset.UTC))
                .isEqualTo(Instant.parse("2013-01-01T05:00:00Z"));
        assertThat(Interval.instant("2013-01-01T00:00:00", NEW_YORK)).isEqualTo(Instant.parse("2013-01-01T05:00:00Z"));
    }

    @Test
    void whatIsNoIntervalSaysWhatItShouldBe() {
        assertThatThrownBy(() -> Interval.parse("2013-01-01", ZoneOffset.UTC))
                .hasMessage("expected FROM/TO such as 2013-01-01/2013-01-02, found '2013-01-01'");
        assertThatThrownBy(() -> Interval.parse("2013-01-02/2013-01-01", ZoneOffset.UTC))
                .hasMessageStartingWith("an interval starts before it ends");
        assertThatThrownBy(() -> Interval.parse("2013-02-30/2013-03-01", ZoneOffset.UTC))
                .hasMessageContaining("found '2013-02-30'");
    }

    @Property
    void chunksCoverTheSpanWithoutGapOrOverlap(
            @ForAll @IntRange(min = 0, max = 700) int start,
            @ForAll @IntRange(min = 1, max = 400) int length,
            @ForAll @IntRange(min = 1, max = 60) int chunk) {
        LocalDate from = LocalDate.of(2012, 1, 1).plusDays(start);
        Interval span = new Interval(
                from.atStartOfDay(NEW_YORK).toInstant(),
                from.plusDays(length).atStartOfDay(NEW_YORK).toInstant());
        List<Interval> chunks = span.chunks(chunk, NEW_YORK);
        assertThat(chunks.get(0).from()).isEqualTo(span.from());
        assertThat(chunks.get(chunks.size() - 1).to()).isEqualTo(span.to());
        for (int i = 1; i < chunks.size(); i++) {
            assertThat(chunks.get(i).from()).isEqualTo(chunks.get(i - 1).to());
        }
        assertThat(chunks.stream().mapToInt(c -> c.dates(NEW_YORK).size()).sum())
                .isEqualTo(span.dates(NEW_YORK).size())
                .isEqualTo(length);
    }
}
