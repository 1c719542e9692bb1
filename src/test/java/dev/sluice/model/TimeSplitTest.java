package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Train;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TimeSplitTest {
    private static final LocalDate FIRST = LocalDate.parse("2013-10-30");

    @Test
    void cutsAtTheMidnightsNearestToTheShares() {
        TimeSplit split = TimeSplit.cut(
                days(10, 10, 10, 10, 10, 10, 10, 10, 10, 10), shares(0.7, 0.15, 0.15, "PT0S"), ZoneOffset.UTC);

        assertThat(split.trainTo()).isEqualTo("2013-11-06T00:00:00Z");
        assertThat(split.validateTo())
                .as("0.8 and 0.9 are equally near: the earlier")
                .isEqualTo("2013-11-07T00:00:00Z");
    }

    @Test
    void countsRowsNotDays() {
        TimeSplit split = TimeSplit.cut(days(700, 1, 1, 1, 150, 147), shares(0.7, 0.15, 0.15, "PT0S"), ZoneOffset.UTC);

        assertThat(split.trainTo()).isEqualTo("2013-10-31T00:00:00Z");
        assertThat(split.validateTo()).isEqualTo("2013-11-04T00:00:00Z");
    }

    @Test
    void midnightsAreThoseOfTheZone() {
        TimeSplit split =
                TimeSplit.cut(days(1, 1, 1, 1, 1, 1), shares(0.5, 0.25, 0.25, "PT1H"), ZoneId.of("America/New_York"));

        assertThat(split.trainTo()).as("summer time").isEqualTo("2013-11-02T04:00:00Z");
        assertThat(split.validateTo())
                .as("winter time from the 3rd")
                .isIn(Instant.parse("2013-11-03T04:00:00Z"), Instant.parse("2013-11-04T05:00:00Z"));
    }

    @Test
    void nobodyGetsTheGap() {
        TimeSplit split = new TimeSplit(
                Instant.parse("2024-01-10T00:00:00Z"), Instant.parse("2024-01-20T00:00:00Z"), Duration.ofDays(2));

        assertThat(split.part(Instant.parse("2024-01-09T23:59:59Z"))).contains(Part.TRAIN);
        assertThat(split.part(Instant.parse("2024-01-10T00:00:00Z"))).isEmpty();
        assertThat(split.part(Instant.parse("2024-01-11T23:59:59Z"))).isEmpty();
        assertThat(split.part(Instant.parse("2024-01-12T00:00:00Z"))).contains(Part.VALIDATE);
        assertThat(split.part(Instant.parse("2024-01-19T23:59:59Z"))).contains(Part.VALIDATE);
        assertThat(split.part(Instant.parse("2024-01-20T00:00:00Z"))).isEmpty();
        assertThat(split.part(Instant.parse("2024-01-22T00:00:00Z"))).contains(Part.TEST);
    }

    @Test
    void threeDatesAreTheLeast() {
        assertThatThrownBy(() -> TimeSplit.cut(days(5, 6), shares(0.7, 0.15, 0.15, "PT0S"), ZoneOffset.UTC))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ENOUGH_DATA))
                .hasMessage(
                        "rows to train on lie on 2 dates [2013-10-30, 2013-10-31]; train, validate and test need one each");
        assertThatThrownBy(() -> TimeSplit.cut(days(), shares(0.7, 0.15, 0.15, "PT0S"), ZoneOffset.UTC))
                .hasMessage("rows to train on lie on 0 dates; train, validate and test need one each");
    }

    @Property
    void everyPartKeepsADayAndTheOrderHolds(
            @ForAll @Size(min = 3, max = 40) int @IntRange(min = 1, max = 500) [] counts) {
        SortedMap<LocalDate, Long> days = days(counts);
        TimeSplit split = TimeSplit.cut(days, shares(0.7, 0.15, 0.15, "PT0S"), ZoneOffset.UTC);

        assertThat(split.part(midnight(days.firstKey()))).contains(Part.TRAIN);
        assertThat(split.part(split.trainTo())).contains(Part.VALIDATE);
        assertThat(split.part(midnight(days.lastKey()))).contains(Part.TEST);
        assertThat(days).containsKey(split.trainTo().atZone(ZoneOffset.UTC).toLocalDate());
    }

    private static Instant midnight(LocalDate date) {
        return date.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static SortedMap<LocalDate, Long> days(int... counts) {
        SortedMap<LocalDate, Long> days = new TreeMap<>();
        for (int i = 0; i < counts.length; i++) {
            days.put(FIRST.plusDays(i), (long) counts[i]);
        }
        return days;
    }

    private static Train.Split shares(double train, double validate, double test, String gap) {
        return new Train.Split(
                train,
                validate,
                test,
                Duration.parse(gap),
                List.of(),
                Optional.empty(),
                new Train.Shared(List.of(), Optional.empty(), Optional.empty()));
    }
}
