package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.TableName;
import dev.sluice.frame.SqlExpressions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The same pipeline, made in Java and made of YAML. */
class JavaPipelineTest {
    @Test
    void theBinderIsOnlyOneWayToMakeTheRecords() {
        Source orders = new Source(
                new Read.Csv("orders.csv", "", ",", "\"", false, false),
                Map.of(
                        "id", ColumnType.STRING,
                        "at", ColumnType.TIMESTAMP,
                        "amount", ColumnType.DOUBLE,
                        "day", ColumnType.DATE),
                new Source.Evolve(Source.OnNew.IGNORE, Source.OnMissing.FAIL, Source.OnType.WIDEN),
                Optional.of(new Source.Select("at", Duration.ZERO)),
                new Source.Ready(1, Source.Absent.FAIL));
        Ingest ingest = new Ingest(
                "orders",
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of("id"),
                Map.of(
                        "positive",
                        new Ingest.Rule(new Sql("amount > 0"), Ingest.Nulls.FAIL, Ingest.RowElse.QUARANTINE)),
                Optional.empty(),
                new Ingest.Quarantine(1, Optional.empty(), Duration.ofDays(90)),
                Optional.empty(),
                Map.of("one_each", new Check.Unique(List.of("id"), Check.TableElse.FAIL)),
                new Write.ReplaceInterval("day", List.of()));
        Pipeline made = new Pipeline(
                1,
                "shop",
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Map.of("lake", new Connection.Delta("/lake")),
                new Pipeline.Clock(ZoneId.of("UTC"), Pipeline.Every.DAY),
                new Pipeline.SparkSettings(Map.of()),
                Map.of("orders", orders),
                Map.of(new TableName("bronze.orders"), ingest),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of());

        Pipeline bound = new Loader(new SqlExpressions(), Map.<String, String>of()::get)
                .load(Loader.Request.of(Path.of("src/test/resources/golden/config/right-small.yml")))
                .pipeline();

        assertThat(bound).isEqualTo(made);
    }
}
