package dev.sluice.bench;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import dev.sluice.adapter.delta.DeltaRecords;
import dev.sluice.adapter.delta.DeltaTables;
import dev.sluice.bench.Benchmark.Target;
import dev.sluice.config.Distance;
import dev.sluice.config.Monitor;
import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.frame.Profiler;
import dev.sluice.pipeline.Fence;
import dev.sluice.pipeline.LakeRecords;
import dev.sluice.pipeline.TableProfiler;
import dev.sluice.port.Commit;
import dev.sluice.port.Tables;
import dev.sluice.quality.ColumnDrift;
import dev.sluice.quality.DriftReport;
import dev.sluice.quality.QualityRows;
import dev.sluice.quality.StateRows;
import dev.sluice.stats.TableProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What recorded states of profiles save.
 *
 * @param profiles whose rows are profiled
 * @param work folder for tables
 */
record States(Profiles profiles, Path work) {
    private static final TableName TABLE = new TableName("bronze.days");
    private static final Interval DAY = Interval.parse("2013-01-30/2013-01-31", ZoneOffset.UTC);
    private static final int DAYS = 30;
    private static final int ROWS = 1_000_000;
    private static final int COLUMNS = 50;
    private static final int COMPARED = 100_000;
    private static final double BREACH = 0.25;

    List<Benchmark> all() {
        return List.of(oneMoreDay(), drift());
    }

    /** D6: a profile of all rows when a day has been added, its states recorded too. */
    private Benchmark oneMoreDay() {
        Path lake = work.resolve("lake");
        TableProfile[] ours = new TableProfile[1];
        String[] peer = new String[1];
        return new Benchmark(
                "D6",
                String.format(
                        Locale.ROOT,
                        "profile of 21 columns, %,d rows in %d days, one of them new; peer: Deequ's AnalysisRunner over all",
                        ROWS,
                        DAYS),
                new Side.Inside(
                        () -> startOfDay(lake),
                        () -> ours[0] = record(lake, version(lake), "again").profile(),
                        () -> profiles.summary(ours[0], ROWS)),
                Optional.of(new Side.Inside(
                        () -> startOfDay(lake),
                        () -> peer[0] = profiles.analyzed(tables(lake).read(version(lake)), ROWS),
                        () -> peer[0])),
                new Target.CpuOfPeer(1 / 30.0));
    }

    /** The table with its last day, and states of all days before. */
    private void startOfDay(Path lake) throws Exception {
        Path states = lake.resolve("_sluice");
        Path before = work.resolve("states-before");
        if (!Files.exists(before)) {
            FileUtils.deleteDirectory(lake.toFile());
            Dataset<Row> rows = profiles.generated(ROWS, "int(id div " + (ROWS + DAYS - 1) / DAYS + ") AS p");
            append(lake, rows.where("p < " + (DAYS - 1)));
            record(lake, version(lake), "before");
            append(lake, rows.where("p = " + (DAYS - 1)));
            FileUtils.copyDirectory(states.toFile(), before.toFile());
        }
        FileUtils.deleteDirectory(states.toFile());
        FileUtils.copyDirectory(before.toFile(), states.toFile());
    }

    private static void append(Path lake, Dataset<Row> rows) {
        Tables tables = tables(lake);
        RunKey key = RunKey.of("bench", "append to " + tables.latest(TABLE));
        tables.commit(new Commit(TABLE, rows, new Commit.Mode.Append(), key, 1, List.of("p")));
    }

    private static TableProfiler.Profiled record(Path lake, TableVersion version, String run) {
        LakeRecords records = records(lake);
        TableProfiler.Profiled profiled = new TableProfiler(tables(lake), records).profile(version);
        records.append(TableProfiler.kind(TABLE), StateRows.COLUMNS, profiled.states(), RunKey.of("bench", run));
        return profiled;
    }

    /** D7: how far columns have moved, half of them texts and few numbers, half many numbers. */
    private Benchmark drift() {
        Path lake = work.resolve("drift");
        DriftReport[] ours = new DriftReport[1];
        String[] peer = new String[1];
        return new Benchmark(
                "D7",
                String.format(
                        Locale.ROOT,
                        "drift of %d columns between two recorded profiles; peer: plain Spark, from both tables of %,d rows",
                        COLUMNS,
                        COMPARED),
                new Side.Inside(() -> recorded(lake), () -> ours[0] = drifted(lake), () -> text(ours[0])),
                Optional.of(new Side.Inside(
                        () -> recorded(lake), () -> peer[0] = PlainDrift.of(rows(0), rows(1)), () -> peer[0])),
                new Target.CpuOfPeer(1 / 50.0));
    }

    private static Monitor.Limits psi() {
        return new Monitor.Limits(List.of(), Distance.PSI, Optional.empty(), Optional.of(BREACH), 500);
    }

    private void recorded(Path lake) {
        if (!Files.exists(lake)) {
            for (int version = 0; version < 2; version++) {
                records(lake)
                        .append(
                                "profiles",
                                QualityRows.PROFILE_COLUMNS,
                                QualityRows.profile(new TableVersion(TABLE, version), Profiler.profile(rows(version))),
                                RunKey.of("bench", "profile " + version));
            }
        }
    }

    /** How far the second profile is from the first, both read at once. */
    private static DriftReport drifted(Path lake) {
        Map<Long, List<Row>> rows = new HashMap<>();
        records(lake).scan("profiles", row -> rows.computeIfAbsent(row.getAs("table_version"), any -> new ArrayList<>())
                .add(row));
        return DriftReport.of(QualityRows.profile(rows.get(0L)), QualityRows.profile(rows.get(1L)), psi());
    }

    /** A version's rows; every third column moves. */
    private Dataset<Row> rows(int version) {
        Path files = work.resolve("compared-" + version);
        if (!Files.exists(files.resolve("_SUCCESS"))) {
            String[] columns = IntStream.range(0, COLUMNS)
                    .mapToObj(i -> {
                        String drawn = "hash(id, " + i + ", " + version + ")";
                        boolean moves = version == 1 && i % 3 == 0;
                        return i < COLUMNS / 2
                                ? "concat('v', pmod(" + drawn + ", " + (moves ? 9 : 17) + ")) AS c" + i
                                : drawn + " / 97" + (moves ? " + 9000000" : "") + " AS c" + i;
                    })
                    .toArray(String[]::new);
            LocalSpark.session()
                    .range(0, COMPARED, 1, 4)
                    .selectExpr(columns)
                    .write()
                    .parquet(files.toString());
        }
        return LocalSpark.session().read().parquet(files.toString());
    }

    /** Distances of counted values to nine digits; of many numbers whether they breach, since their bins are estimated. */
    private static String text(DriftReport drift) {
        Map<String, String> lines = new TreeMap<>();
        drift.columns().forEach(column -> {
            ColumnDrift.Measured measured = (ColumnDrift.Measured) column;
            lines.put(column.column(), line(column.column(), measured.estimate().value()));
        });
        return lines.toString();
    }

    private static String line(String column, double psi) {
        return Integer.parseInt(column.substring(1)) < COLUMNS / 2
                ? String.format(Locale.ROOT, "%.9f", psi)
                : psi > BREACH ? "breach" : "no breach";
    }

    /** What one would write without profiles: three scans, none of them per column. */
    private static final class PlainDrift {
        private static final double INSTEAD_OF_ZERO = 1e-4;

        static String of(Dataset<Row> reference, Dataset<Row> current) {
            List<String> texts = List.of(reference.columns()).subList(0, COLUMNS / 2);
            List<String> numbers = List.of(reference.columns()).subList(COLUMNS / 2, COLUMNS);
            String deciles = ", array(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)) AS ";
            Row ends = reference
                    .selectExpr(numbers.stream()
                            .map(name -> "percentile_approx(" + name + deciles + name)
                            .toArray(String[]::new))
                    .head();
            Map<String, Long> before = counts(reference, texts, numbers, ends);
            Map<String, Long> now = counts(current, texts, numbers, ends);
            Set<String> buckets = new HashSet<>(before.keySet());
            buckets.addAll(now.keySet());
            Map<String, Double> psi = new TreeMap<>();
            buckets.forEach(bucket -> {
                double r = share(before, bucket);
                double c = share(now, bucket);
                psi.merge(bucket.substring(0, bucket.indexOf(' ')), (c - r) * Math.log(c / r), Double::sum);
            });
            Map<String, String> lines = new TreeMap<>();
            psi.forEach((column, value) -> lines.put(column, line(column, value)));
            return lines.toString();
        }

        private static double share(Map<String, Long> counts, String bucket) {
            long rows = counts.getOrDefault(bucket, 0L);
            return rows == 0 ? INSTEAD_OF_ZERO : (double) rows / COMPARED;
        }

        /** Rows of each bucket of each column, in one scan. */
        private static Map<String, Long> counts(Dataset<Row> rows, List<String> texts, List<String> numbers, Row ends) {
            List<Column> cells = new ArrayList<>();
            texts.forEach(name -> cells.add(struct(lit(name).as("c"), col(name).as("b"))));
            numbers.forEach(name -> {
                List<Double> upTo = ends.getList(ends.fieldIndex(name));
                StringBuilder bin = new StringBuilder("CASE ");
                for (int i = 0; i < upTo.size(); i++) {
                    bin.append("WHEN ")
                            .append(name)
                            .append(" <= ")
                            .append(upTo.get(i))
                            .append("D THEN '")
                            .append(i)
                            .append("' ");
                }
                cells.add(
                        struct(lit(name).as("c"), expr(bin + "ELSE 'more' END").as("b")));
            });
            Map<String, Long> found = new HashMap<>();
            rows.select(explode(array(cells.toArray(Column[]::new))).as("x"))
                    .groupBy("x.c", "x.b")
                    .agg(count(lit(1)))
                    .collectAsList()
                    .forEach(row -> found.put(row.getString(0) + " " + row.getString(1), row.getLong(2)));
            return found;
        }
    }

    private static Tables tables(Path lake) {
        return new DeltaTables(
                LocalSpark::session, LocalSpark.session().sparkContext().hadoopConfiguration(), "file:" + lake);
    }

    private static TableVersion version(Path lake) {
        return tables(lake).latest(TABLE).orElseThrow();
    }

    private static LakeRecords records(Path lake) {
        LakeRecords records = new LakeRecords(
                new DeltaRecords(LocalSpark.session().sparkContext().hadoopConfiguration(), "file:" + lake),
                "bench",
                "run",
                new Alone());
        records.about(DAY);
        return records;
    }

    private static final class Alone implements Fence {
        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public void check() {}
    }
}
