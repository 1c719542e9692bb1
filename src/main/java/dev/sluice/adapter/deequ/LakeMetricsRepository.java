package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.runners.AnalyzerContext;
import com.amazon.deequ.repository.AnalysisResult;
import com.amazon.deequ.repository.AnalysisResultSerde;
import com.amazon.deequ.repository.MetricsRepository;
import com.amazon.deequ.repository.MetricsRepositoryMultipleResultsLoader;
import com.amazon.deequ.repository.ResultKey;
import com.amazon.deequ.repository.memory.InMemoryMetricsRepository;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.pipeline.Fence;
import dev.sluice.pipeline.LakeRecords;
import dev.sluice.port.MetricKey;
import dev.sluice.port.RecordTables;
import dev.sluice.quality.MetricRows;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.spark.sql.Row;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * The history of one table's numbers, {@code _sluice.check_metrics}, as Deequ's code reads and writes it. What the pipeline measured of
 * rows that it published is there too, its {@code dataSetDate} the start of the interval and without tags; and what is saved
 * without tags for the midnight that a day starts at is what the pipeline's checks {@code usual} compare that table's days with.
 *
 * <p>A result that is saved with the key of an earlier one takes the place of what that one has of the same analyzers. Numbers of SQL
 * expressions, for which Deequ has no analyzer, stay hidden from it.
 */
public final class LakeMetricsRepository implements MetricsRepository {
    /** Appending needs no lease: nothing is taken away. */
    private static final Fence OPEN = new Fence() {
        @Override
        public long epoch() {
            return 0;
        }

        @Override
        public void check() {}
    };

    private final RecordTables tables;
    private final String pipeline;
    private final TableName table;
    private final ZoneId zone;

    /**
     * Of one table.
     *
     * @param tables the lake's records
     * @param pipeline name of the pipeline whose history it is
     * @param zone of the pipeline's clock: a result is about the day from its date on
     */
    public LakeMetricsRepository(RecordTables tables, String pipeline, TableName table, ZoneId zone) {
        this.tables = Objects.requireNonNull(tables, "tables");
        this.pipeline = Objects.requireNonNull(pipeline, "pipeline");
        this.table = Objects.requireNonNull(table, "table");
        this.zone = Objects.requireNonNull(zone, "zone");
    }

    /** Appends the metrics that were measured; of those that failed there is nothing to keep, as in Deequ's own repositories. */
    @Override
    public void save(ResultKey key, AnalyzerContext context) {
        InMemoryMetricsRepository successful = new InMemoryMetricsRepository();
        successful.save(key, context);
        JsonNode result = MetricKeys.parse(
                        AnalysisResultSerde.serialize(successful.load().get()))
                .path(0);
        String tags = MetricKeys.canonical(result.at("/resultKey/tags"));
        Instant recorded = Instant.now();
        List<Row> rows = new ArrayList<>();
        result.at("/analyzerContext/metricMap").forEach(entry -> rows.add(row(entry, tags, recorded)));
        Instant from = Instant.ofEpochMilli(key.dataSetDate());
        LakeRecords records = records();
        records.about(new Interval(from, from.atZone(zone).plusDays(1).toInstant()));
        records.append(MetricRows.KIND, MetricRows.COLUMNS, rows, RunKey.of(pipeline, "metrics/" + UUID.randomUUID()));
    }

    private Row row(JsonNode entry, String tags, Instant recorded) {
        JsonNode metric = entry.get("metric");
        boolean number = metric.get("metricName").asText().equals("DoubleMetric");
        MetricKey key = new MetricKey(
                MetricKeys.canonical(entry.get("analyzer")),
                metric.path("entity").asText("Column"),
                metric.path("instance").asText(metric.path("column").asText()),
                metric.path("name").asText(metric.get("metricName").asText()));
        return MetricRows.row(
                table,
                null,
                recorded,
                tags,
                key,
                number ? metric.get("value").asDouble() : null,
                number ? null : MetricKeys.canonical(metric));
    }

    @Override
    public Option<AnalyzerContext> loadByKey(ResultKey key) {
        return read().loadByKey(key);
    }

    @Override
    public MetricsRepositoryMultipleResultsLoader load() {
        return read().load();
    }

    private InMemoryMetricsRepository read() {
        Map<Saved, Map<String, Row>> newest = new HashMap<>();
        records().scan(MetricRows.KIND, row -> {
            if (row.getAs("table_name").equals(table.text())
                    && row.getAs("table_version") == null
                    && !MetricKeys.isOurs(row.getAs("analyzer"))) {
                newest.computeIfAbsent(Saved.of(row), any -> new HashMap<>())
                        .merge(row.getAs("analyzer"), row, LakeMetricsRepository::later);
            }
            return true;
        });
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        newest.forEach((saved, rows) -> results.add(saved.result(rows.values())));
        InMemoryMetricsRepository repository = new InMemoryMetricsRepository();
        for (AnalysisResult result :
                JavaConverters.seqAsJavaList(AnalysisResultSerde.deserialize(MetricKeys.canonical(results)))) {
            repository.save(result.resultKey(), result.analyzerContext());
        }
        return repository;
    }

    private static Row later(Row one, Row other) {
        return one.<Timestamp>getAs("recorded").before(other.getAs("recorded")) ? other : one;
    }

    private LakeRecords records() {
        return new LakeRecords(tables, pipeline, "deequ", OPEN);
    }

    /** What a result is saved under. */
    private record Saved(long date, String tags) {
        static Saved of(Row row) {
            return new Saved(row.<Timestamp>getAs("interval_from").getTime(), row.getAs("tags"));
        }

        /** The result as Deequ's own JSON has it. */
        ObjectNode result(Iterable<Row> rows) {
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            result.putObject("resultKey").put("dataSetDate", date).set("tags", MetricKeys.parse(tags));
            ArrayNode metrics = result.putObject("analyzerContext").putArray("metricMap");
            rows.forEach(row -> {
                ObjectNode entry = metrics.addObject();
                entry.set("analyzer", MetricKeys.parse(row.getAs("analyzer")));
                entry.set("metric", row.getAs("value") == null ? MetricKeys.parse(row.getAs("metric")) : number(row));
            });
            return result;
        }

        private static ObjectNode number(Row row) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("metricName", "DoubleMetric")
                    .put("entity", row.<String>getAs("entity"))
                    .put("instance", row.<String>getAs("instance"))
                    .put("name", row.<String>getAs("name"))
                    .put("value", row.<Double>getAs("value"));
        }
    }
}
