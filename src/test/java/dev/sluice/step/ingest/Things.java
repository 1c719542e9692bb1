package dev.sluice.step.ingest;

import dev.sluice.config.ColumnType;
import dev.sluice.config.Ingest;
import dev.sluice.config.Read;
import dev.sluice.config.Source;
import dev.sluice.config.Write;
import dev.sluice.core.Interval;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.port.RowSource;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A source {@code s} and its table, without select, rules or preparation. */
final class Things {
    private static final ZoneId UTC = ZoneId.of("UTC");

    private Things() {}

    static RowSource.Request request(SparkSession spark, Read read, Map<String, ColumnType> columns) {
        Source source = new Source(
                read,
                columns,
                new Source.Evolve(Source.OnNew.IGNORE, Source.OnMissing.FAIL, Source.OnType.WIDEN),
                Optional.empty(),
                new Source.Ready(1, Source.Absent.FAIL));
        return new RowSource.Request(spark, "s", source, Interval.parse("2024-03-01/2024-03-02", UTC), UTC);
    }

    /** What becomes of rows that were found. */
    static Dataset<Row> judged(RowSource.Request request, RowSource.Found found) {
        Ingest ingest = new Ingest(
                "s",
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Map.of(),
                Optional.empty(),
                new Ingest.Quarantine(1, Optional.empty(), Duration.ofDays(90)),
                Optional.empty(),
                Map.of(),
                new Write.Overwrite(List.of()));
        return new TypedRows(request.source(), ingest, UTC, request.covers())
                .of(new DeclaredColumns("s", request.source()).of(found.rows(), "s"));
    }
}
