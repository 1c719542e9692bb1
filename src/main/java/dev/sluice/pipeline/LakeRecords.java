package dev.sluice.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.core.ExitCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.Hashes;
import dev.sluice.core.Interval;
import dev.sluice.core.Redactor;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.port.RecordTables;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Pipelines' metadata as tables in the lake: {@code _sluice.steps} holds one manifest per unit of work done, the other
 * kinds what was measured and decided. The manifests of a pipeline are read once, when first asked for.
 */
public final class LakeRecords implements History, Ledger {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TableName STEPS = new TableName("_sluice.steps");
    private static final StructType STEP_COLUMNS = new StructType()
            .add("run_key", DataTypes.StringType)
            .add("pipeline", DataTypes.StringType)
            .add("run_id", DataTypes.StringType)
            .add("target", DataTypes.StringType)
            .add("interval_from", DataTypes.TimestampType)
            .add("interval_to", DataTypes.TimestampType)
            .add("settings", DataTypes.StringType)
            .add("code", DataTypes.StringType)
            .add("epoch", DataTypes.LongType)
            .add("finished", DataTypes.TimestampType)
            .add("seconds", DataTypes.DoubleType)
            .add("exit", DataTypes.StringType)
            .add("read", DataTypes.createArrayType(DataTypes.StringType))
            .add("wrote", DataTypes.createArrayType(DataTypes.StringType))
            .add("rows_in", DataTypes.LongType)
            .add("rows_out", DataTypes.LongType)
            .add("quarantined", DataTypes.LongType)
            .add("facts", DataTypes.StringType);

    private final RecordTables tables;
    private final String pipeline;
    private final String runId;
    private final Fence fence;
    private Interval interval;
    private List<StepRecord> records;
    private final Set<TableName> written = new TreeSet<>();

    /** Records of one pipeline, written on behalf of one run. */
    public LakeRecords(RecordTables tables, String pipeline, String runId, Fence fence) {
        this.tables = tables;
        this.pipeline = pipeline;
        this.runId = runId;
        this.fence = fence;
    }

    /** The interval that rows appended from now on are about. */
    public void about(Interval current) {
        this.interval = current;
    }

    /** Tables that rows were appended to. */
    Set<TableName> written() {
        return Set.copyOf(written);
    }

    @Override
    public Optional<StepRecord> done(RunKey key) {
        return all().stream().filter(record -> record.key().equals(key)).findFirst();
    }

    @Override
    public synchronized List<StepRecord> all() {
        if (records == null) {
            records = read();
        }
        return List.copyOf(records);
    }

    @Override
    public void scan(String kind, Predicate<Row> visitor) {
        scanAll(kind, row -> !row.getAs("pipeline").equals(pipeline) || visitor.test(row));
    }

    @Override
    public void scanAll(String kind, Predicate<Row> visitor) {
        tables.scan(new TableName("_sluice." + kind), visitor);
    }

    /** Writes the manifest of a unit of work: from here on it counts as done. */
    synchronized void add(StepRecord record) {
        all();
        FaultPoint.hit("record.before");
        append(STEPS, STEP_COLUMNS, List.of(row(record)), record.key().of("step"));
        FaultPoint.hit("record.after");
        records.add(0, record);
    }

    /**
     * Takes back, by one commit, what a target's works made: from here on none of its intervals counts as done.
     *
     * @param span what is taken back of a target whose works were killed before they left a manifest
     * @param code version of Sluice that does it
     */
    synchronized void drop(String target, Interval span, String code) {
        Map<Interval, StepRecord> newest = new LinkedHashMap<>();
        all().stream()
                .filter(record -> record.target().equals(target))
                .forEach(record -> newest.putIfAbsent(record.interval(), record));
        List<StepRecord> drops = new ArrayList<>();
        newest.forEach((interval, record) -> {
            if (!record.isDrop()) {
                drops.add(drop(target, interval, record.key().text(), code));
            }
        });
        if (newest.isEmpty()) {
            drops.add(drop(target, span, "", code));
        }
        if (!drops.isEmpty()) {
            append(
                    STEPS,
                    STEP_COLUMNS,
                    drops.stream().map(this::row).toList(),
                    drops.get(0).key().of("drop"));
            records.addAll(0, drops);
        }
    }

    private StepRecord drop(String target, Interval about, String made, String code) {
        String settings = Hashes.id(StepRecord.DROPPED, made);
        return new StepRecord(
                RunKey.of(pipeline, target, about, settings),
                runId,
                target,
                about,
                settings,
                code,
                fence.epoch(),
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                0,
                StepResult.of(Map.of(StepRecord.DROPPED, "true"), List.of(), List.of()));
    }

    private Row row(StepRecord record) {
        StepResult result = record.result();
        return RowFactory.create(
                record.key().text(),
                pipeline,
                record.runId(),
                record.target(),
                Timestamp.from(record.interval().from()),
                Timestamp.from(record.interval().to()),
                record.settings(),
                record.code(),
                record.epoch(),
                Timestamp.from(record.finished()),
                record.seconds(),
                result.exit().name(),
                result.read().stream().map(TableVersion::toString).toArray(String[]::new),
                result.wrote().stream().map(TableVersion::toString).toArray(String[]::new),
                result.rowsIn(),
                result.rowsOut(),
                result.quarantined(),
                Redactor.global().redact(json(result.facts())));
    }

    @Override
    public void append(String kind, StructType columns, List<Row> rows, RunKey key) {
        if (rows.isEmpty()) {
            return;
        }
        StructType withOwner = new StructType()
                .add("pipeline", DataTypes.StringType)
                .add("run_key", DataTypes.StringType)
                .add("run_id", DataTypes.StringType)
                .add("interval_from", DataTypes.TimestampType)
                .add("interval_to", DataTypes.TimestampType);
        for (var field : columns.fields()) {
            withOwner = withOwner.add(field);
        }
        List<Row> owned = rows.stream().map(row -> owned(row, key)).toList();
        append(new TableName("_sluice." + kind), withOwner, owned, key.of("ledger/" + kind));
    }

    private void append(TableName table, StructType columns, List<Row> rows, RunKey key) {
        fence.check();
        tables.append(table, columns, rows, key);
        written.add(table);
    }

    private Row owned(Row row, RunKey key) {
        Object[] values = new Object[row.length() + 5];
        values[0] = pipeline;
        values[1] = key.text();
        values[2] = runId;
        values[3] = Timestamp.from(interval.from());
        values[4] = Timestamp.from(interval.to());
        for (int i = 0; i < row.length(); i++) {
            Object value = row.get(i);
            values[i + 5] = value instanceof String text ? Redactor.global().redact(text) : value;
        }
        return RowFactory.create(values);
    }

    private List<StepRecord> read() {
        List<StepRecord> found = new ArrayList<>();
        scan(tables, (of, record) -> {
            if (of.equals(pipeline)) {
                found.add(record);
            }
        });
        found.sort(Comparator.comparing(StepRecord::finished).reversed());
        return found;
    }

    /** Visits the manifests of all pipelines of the lake, in no particular order, with the name of the pipeline. */
    static void scan(RecordTables tables, BiConsumer<String, StepRecord> visitor) {
        tables.scan(STEPS, row -> {
            visitor.accept(row.getAs("pipeline"), record(row));
            return true;
        });
    }

    private static StepRecord record(Row row) {
        StepResult result = new StepResult(
                ExitCode.valueOf(row.getAs("exit")),
                versions(row, "read"),
                versions(row, "wrote"),
                row.<Long>getAs("rows_in"),
                row.<Long>getAs("rows_out"),
                row.<Long>getAs("quarantined"),
                facts(row.getAs("facts")));
        return new StepRecord(
                new RunKey(row.getAs("run_key")),
                row.getAs("run_id"),
                row.getAs("target"),
                new Interval(instant(row, "interval_from"), instant(row, "interval_to")),
                row.getAs("settings"),
                row.getAs("code"),
                row.<Long>getAs("epoch"),
                instant(row, "finished"),
                row.<Double>getAs("seconds"),
                result);
    }

    private static Instant instant(Row row, String column) {
        return row.<Timestamp>getAs(column).toInstant();
    }

    private static List<TableVersion> versions(Row row, String column) {
        return row.<String>getList(row.fieldIndex(column)).stream()
                .map(TableVersion::parse)
                .toList();
    }

    private static String json(Map<String, String> facts) {
        try {
            return JSON.writeValueAsString(facts);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> facts(String json) {
        try {
            return JSON.readValue(json, new TypeReference<Map<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
