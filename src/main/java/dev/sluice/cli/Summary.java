package dev.sluice.cli;

import dev.sluice.config.Pipeline;
import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import dev.sluice.pipeline.StepRecord;
import dev.sluice.pipeline.StepResult;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;

/** Everything a pipeline has done so far, on one screen. */
final class Summary {
    private static final int QUARANTINED_SHOWN = 3;

    private final Pipeline pipeline;
    private final Wiring wiring;
    private final List<StepRecord> records;
    private final ZoneId zone;
    private final StringBuilder out = new StringBuilder();

    Summary(Pipeline pipeline, Wiring wiring) {
        this.pipeline = pipeline;
        this.wiring = wiring;
        this.records = newestPerWork(wiring.history().all());
        this.zone = pipeline.clock().zone();
    }

    String text() {
        if (records.isEmpty()) {
            return "pipeline " + pipeline.name() + ": nothing was run yet";
        }
        out.append("pipeline ").append(pipeline.name()).append('\n');
        tables();
        quarantined();
        checks();
        candidates();
        gates();
        model();
        days();
        seconds();
        places();
        return out.toString().stripTrailing();
    }

    /** A work that was done again for an interval counts once. */
    private static List<StepRecord> newestPerWork(List<StepRecord> all) {
        Map<String, StepRecord> newest = new LinkedHashMap<>();
        all.forEach(record -> newest.putIfAbsent(record.target() + " " + record.interval(), record));
        return List.copyOf(newest.values());
    }

    private void tables() {
        Map<String, long[]> sums = new LinkedHashMap<>();
        for (int i = records.size() - 1; i >= 0; i--) {
            StepResult result = records.get(i).result();
            String target = records.get(i).target();
            if (result.rowsOut() == 0 || !target.contains("/")) {
                continue;
            }
            long[] sum = sums.computeIfAbsent(target, t -> new long[4]);
            sum[0] += result.rowsIn();
            sum[1] += result.rowsOut();
            sum[2] += result.quarantined();
            sum[3]++;
        }
        TextTable table = new TextTable("table", "intervals", "rows in", "rows out", "quarantined");
        sums.forEach((target, sum) -> table.row(target, sum[3], number(sum[0]), number(sum[1]), number(sum[2])));
        section("Tables", table);
    }

    private void quarantined() {
        for (TableName name : pipeline.ingest().keySet()) {
            StoppedRows.First stopped =
                    new StoppedRows(wiring.recordTables(), name).first(QUARANTINED_SHOWN, row -> true);
            stopped.rows().forEach(row -> out.append("    stopped: ")
                    .append(name)
                    .append(' ')
                    .append(row.<Object>getAs("data_date"))
                    .append("  ")
                    .append(String.join("; ", StoppedRows.reasons(row)))
                    .append("\n      ")
                    .append(cut(row.getAs("row")))
                    .append('\n'));
        }
    }

    private void checks() {
        Map<String, Set<String>> columns = new TreeMap<>();
        ledger("profiles", row -> true)
                .forEach(row -> columns.computeIfAbsent(row.getAs("table_name"), table -> new TreeSet<>())
                        .add(row.getAs("column_name")));
        Map<String, Map<String, Long>> statuses = new TreeMap<>();
        Map<String, String> worst = new TreeMap<>();
        ledger("checks", row -> true).forEach(row -> {
            String table = row.getAs("table_name");
            String status = row.getAs("status");
            statuses.computeIfAbsent(table, t -> new TreeMap<>()).merge(status, 1L, Long::sum);
            if (!status.equals("PASS")) {
                worst.put(
                        table + " " + row.getAs("check_name"),
                        status.toLowerCase(Locale.ROOT) + ": " + table + " " + row.getAs("check_name") + ": found "
                                + row.getAs("found") + ", expected " + row.getAs("expected"));
            }
        });
        TextTable table = new TextTable("table", "columns profiled", "checks passed", "warned", "failed");
        statuses.forEach((name, counts) -> table.row(
                name,
                columns.getOrDefault(name, Set.of()).size(),
                number(counts.getOrDefault("PASS", 0L)),
                number(counts.getOrDefault("WARN", 0L)),
                number(counts.getOrDefault("FAIL", 0L))));
        section("Profiles and checks, before publishing", table);
        worst.values().forEach(line -> out.append("    ").append(line).append('\n'));
    }

    private void candidates() {
        newest("train").ifPresent(train -> {
            TextTable table = new TextTable(
                    "candidate", "trial", "metric", "train", "validate", "seconds", "status", "parameters", "");
            ledger("candidates", of(train)).stream()
                    .sorted(Comparator.<Row, String>comparing(row -> row.getAs("candidate"))
                            .thenComparing(row -> row.<Integer>getAs("trial")))
                    .forEach(row -> table.row(
                            row.getAs("candidate"),
                            row.getAs("trial"),
                            row.getAs("metric"),
                            value(row.getAs("train_value")),
                            value(row.getAs("validate_value")),
                            value(row.getAs("seconds")),
                            row.getAs("status"),
                            row.getAs("params"),
                            row.<Boolean>getAs("chosen") ? "chosen" : ""));
            section("Candidates of " + train.interval().text(zone), table);
        });
    }

    private void gates() {
        newest("evaluate").ifPresent(evaluate -> {
            TextTable table = new TextTable("gate", "metric", "slice", "found", "expected", "rows", "verdict");
            ledger("gates", of(evaluate))
                    .forEach(row -> table.row(
                            row.getAs("gate"),
                            row.getAs("metric"),
                            row.getAs("slice"),
                            value(row.getAs("found")),
                            row.getAs("expected"),
                            number(row.<Long>getAs("rows")),
                            row.getAs("verdict")));
            section(
                    "Gates, on rows that training never saw: "
                            + evaluate.result().facts().get("verdict"),
                    table);
        });
    }

    private void model() {
        newest("register").ifPresent(register -> {
            Map<String, String> facts = register.result().facts();
            out.append("\nModel\n  ")
                    .append(facts.get("model"))
                    .append(" version ")
                    .append(facts.get("version"))
                    .append(", alias ")
                    .append(facts.get("alias"))
                    .append(", ")
                    .append(facts.get("url"))
                    .append('\n');
        });
    }

    private void days() {
        TextTable table = new TextTable("interval", "scores", "by", "monitor", "why");
        for (Interval interval : intervals()) {
            Optional<StepRecord> score = pipeline.score().flatMap(s -> of("score/" + s.table(), interval));
            Optional<StepRecord> monitor = of("monitor", interval);
            if (score.isPresent() || monitor.isPresent()) {
                table.row(
                        interval.text(zone),
                        score.map(s -> number(s.result().rowsOut())).orElse(""),
                        score.map(s -> s.result().facts().get("model_version")).orElse(""),
                        monitor.map(m -> m.result().facts().get("decision")).orElse(""),
                        monitor.map(m -> m.result().facts().get("reason")).orElse(""));
            }
        }
        section("Scores and monitor", table);
    }

    private Set<Interval> intervals() {
        List<Interval> oldestFirst = new ArrayList<>();
        records.forEach(record -> oldestFirst.add(record.interval()));
        oldestFirst.sort(java.util.Comparator.comparing(Interval::from).thenComparing(Interval::to));
        return new LinkedHashSet<>(oldestFirst);
    }

    private void seconds() {
        Map<String, double[]> sums = new LinkedHashMap<>();
        for (int i = records.size() - 1; i >= 0; i--) {
            double[] sum = sums.computeIfAbsent(records.get(i).target(), t -> new double[2]);
            sum[0] += records.get(i).seconds();
            sum[1]++;
        }
        TextTable table = new TextTable("step", "times", "seconds", "each");
        sums.forEach((target, sum) -> table.row(
                target,
                (long) sum[1],
                String.format(Locale.ROOT, "%.1f", sum[0]),
                String.format(Locale.ROOT, "%.1f", sum[0] / sum[1])));
        section("Seconds per step", table);
    }

    private void places() {
        out.append("\nWhere\n");
        newest("evaluate").ifPresent(evaluate -> out.append("  report  ")
                .append(wiring.storage().location(evaluate.result().facts().get("report")))
                .append('\n'));
        newest("monitor").map(monitor -> monitor.result().facts().get("report")).ifPresent(report -> out.append(
                        "  drift   ")
                .append(wiring.storage().location(report))
                .append('\n'));
        out.append("  tables  ").append(wiring.storage().location("")).append('\n');
        pipeline.connections().values().stream()
                .filter(dev.sluice.config.Connection.Mlflow.class::isInstance)
                .forEach(connection -> out.append("  MLflow  ")
                        .append(((dev.sluice.config.Connection.Mlflow) connection).uri())
                        .append('\n'));
    }

    private Optional<StepRecord> newest(String target) {
        return records.stream().filter(record -> record.target().equals(target)).findFirst();
    }

    private Optional<StepRecord> of(String target, Interval interval) {
        return records.stream()
                .filter(record ->
                        record.target().equals(target) && record.interval().equals(interval))
                .findFirst();
    }

    private static Predicate<Row> of(StepRecord record) {
        return row -> row.getAs("run_key").equals(record.key().text());
    }

    /** The pipeline's rows of a kind. */
    private List<Row> ledger(String kind, Predicate<Row> wanted) {
        List<Row> rows = new ArrayList<>();
        wiring.recordTables().scan(new TableName("_sluice." + kind), row -> {
            if (row.getAs("pipeline").equals(pipeline.name()) && wanted.test(row)) {
                rows.add(row);
            }
            return true;
        });
        return rows;
    }

    private void section(String title, TextTable table) {
        if (!table.isEmpty()) {
            out.append('\n').append(title).append('\n').append(table.text("  "));
        }
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String value(Object value) {
        return value instanceof Double number ? String.format(Locale.ROOT, "%.4f", number) : "";
    }

    private static String cut(String text) {
        return text.length() > 160 ? text.substring(0, 157) + "..." : text;
    }
}
