package dev.sluice.step.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.ColumnType;
import dev.sluice.config.Ingest;
import dev.sluice.config.Read;
import dev.sluice.config.Source;
import dev.sluice.config.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ColumnOrderTest {
    private static final Write DAYS = new Write.ReplaceInterval("day", List.of());

    @Test
    void ofATableWithStatisticsOfAllColumnsTheDeclaredOrderStays() {
        List<String> declared = columns(29);
        assertThat(ColumnOrder.of(declared, source(), ingest(DAYS))).hasSize(32).isEqualTo(declared);
    }

    @Test
    void ofAWiderTableKeyAndTimesStandFirst() {
        List<String> declared = columns(30);
        List<String> ordered = ColumnOrder.of(declared, source(), ingest(DAYS));
        assertThat(ordered).startsWith("id", "day", "placed", "c0", "c1").endsWith("c29");
        assertThat(ordered).hasSize(33).containsExactlyInAnyOrderElementsOf(declared);
    }

    @Test
    void whatTellsTheLaterOfTwoRowsIsLookedForToo() {
        assertThat(ColumnOrder.of(columns(40), source(), ingest(new Write.Merge(List.of("c7", "placed"), List.of()))))
                .startsWith("id", "c7", "placed", "c0");
        assertThat(ColumnOrder.of(
                        columns(40),
                        source(),
                        ingest(new Write.Scd2(List.of(), Optional.of("c9"), Write.Deletes.KEEP))))
                .startsWith("id", "c9", "placed", "c0");
    }

    /** So many, and key, time and date behind them. */
    private static List<String> columns(int count) {
        List<String> columns =
                new ArrayList<>(IntStream.range(0, count).mapToObj(i -> "c" + i).toList());
        columns.addAll(List.of("id", "placed", "day"));
        return columns;
    }

    /** Selected by a time that has another name in the table. */
    private static Source source() {
        return new Source(
                new Read.Parquet("/things", false),
                Map.of("at", ColumnType.TIMESTAMP),
                new Source.Evolve(Source.OnNew.IGNORE, Source.OnMissing.FAIL, Source.OnType.WIDEN),
                Optional.of(new Source.Select("at", Duration.ZERO)),
                new Source.Ready(1, Source.Absent.FAIL));
    }

    private static Ingest ingest(Write write) {
        return new Ingest(
                "s",
                List.of(),
                Map.of(),
                Map.of("at", "placed"),
                Map.of(),
                Map.of(),
                List.of("id"),
                Map.of(),
                Optional.empty(),
                new Ingest.Quarantine(1, Optional.empty(), Duration.ofDays(90)),
                Optional.empty(),
                Map.of(),
                write);
    }
}
