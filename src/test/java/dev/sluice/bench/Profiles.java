package dev.sluice.bench;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.analyzers.ApproxCountDistinct;
import com.amazon.deequ.analyzers.Completeness;
import com.amazon.deequ.analyzers.Maximum;
import com.amazon.deequ.analyzers.Mean;
import com.amazon.deequ.analyzers.Minimum;
import com.amazon.deequ.analyzers.StandardDeviation;
import com.amazon.deequ.analyzers.runners.AnalysisRunBuilder;
import com.amazon.deequ.analyzers.runners.AnalysisRunner;
import com.amazon.deequ.analyzers.runners.AnalyzerContext;
import com.amazon.deequ.metrics.DoubleMetric;
import com.amazon.deequ.metrics.Metric;
import com.amazon.deequ.profiles.ColumnProfilerRunner;
import com.amazon.deequ.profiles.ColumnProfiles;
import com.amazon.deequ.profiles.NumericColumnProfile;
import dev.sluice.bench.Benchmark.Target;
import dev.sluice.frame.Profiler;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.TableProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import scala.Option;

/**
 * Profiles of 16 columns of numbers with nulls and 5 of texts, in Parquet. Results are equal when what both sides know exactly
 * is the same to nine digits, and each estimated number of different values is close to what was generated.
 *
 * @param work folder for data
 */
record Profiles(Path work) {
    private static final int MANY = 1_000_000;
    private static final int FEW = 100_000;
    private static final int NUMBERS = 16;

    /** Estimates of Deequ have a standard error of a twentieth; DuckDB's were found to be off by more than a quarter. */
    private static final double NEAR = 0.35;

    /** How many different values each column draws from; the columns of doubles draw from all. */
    private static final int[] DIFFERENT = {
        7, 100, 1_000, 50_000, 300_000, 365, 24, 2, 150, 20_000, 0, 0, 0, 0, 0, 0, 6, 300, 5_000, 100_000, 0
    };

    List<Benchmark> all() {
        return List.of(analyzers(), profiler(), scan(), duckDb(), growth());
    }

    /** D1: what Deequ shares one scan for. */
    private Benchmark analyzers() {
        TableProfile[] ours = new TableProfile[1];
        AnalyzerContext[] peer = new AnalyzerContext[1];
        return new Benchmark(
                "D1",
                String.format(
                        Locale.ROOT,
                        "profile of 21 columns, %,d rows; peer: Deequ's completeness, min, max, mean, sd, distinct",
                        MANY),
                ours(MANY, ours),
                Optional.of(new Side.Inside(
                        () -> files(MANY), () -> peer[0] = deequ(read(MANY)), () -> summary(peer[0], MANY))),
                new Target.CpuOfPeer(1 / 8.0));
    }

    /** D2: what Deequ knows of columns with quantiles. */
    private Benchmark profiler() {
        TableProfile[] ours = new TableProfile[1];
        ColumnProfiles[] peer = new ColumnProfiles[1];
        return new Benchmark(
                "D2",
                String.format(
                        Locale.ROOT, "profile of 21 columns, %,d rows; peer: Deequ's ColumnProfiler with KLL", FEW),
                ours(FEW, ours),
                Optional.of(new Side.Inside(
                        () -> files(FEW), () -> peer[0] = columnProfiles(read(FEW)), () -> summary(peer[0], FEW))),
                new Target.CpuOfPeer(1 / 60.0));
    }

    /** D8: the profile against looking at no value. */
    private Benchmark scan() {
        TableProfile[] ours = new TableProfile[1];
        long[] peer = new long[1];
        return new Benchmark(
                "D8",
                String.format(Locale.ROOT, "profile of 21 columns, %,d rows; peer: a scan to rows", MANY),
                new Side.Inside(
                        () -> files(MANY),
                        () -> ours[0] = Profiler.profile(read(MANY)),
                        () -> ours[0].rows() + " rows"),
                Optional.of(new Side.Inside(
                        () -> files(MANY), () -> peer[0] = toRows(read(MANY)), () -> peer[0] + " rows")),
                new Target.CpuOfPeer(1.4));
    }

    /** D10: a vectorised engine in native code. */
    private Benchmark duckDb() {
        TableProfile[] ours = new TableProfile[1];
        String[] peer = new String[1];
        return new Benchmark(
                "D10",
                String.format(
                        Locale.ROOT, "profile of 21 columns, %,d rows; peer: DuckDB's SUMMARIZE on two threads", MANY),
                ours(MANY, ours),
                Optional.of(new Side.Inside(() -> files(MANY), () -> peer[0] = summarize(files(MANY)), () -> peer[0])),
                new Target.CpuOfPeer(1.0));
    }

    /** Ten times the rows cost ten times as much, not more. */
    private Benchmark growth() {
        TableProfile[] many = new TableProfile[1];
        TableProfile[] few = new TableProfile[1];
        return new Benchmark(
                "D1-growth",
                String.format(Locale.ROOT, "profile of 21 columns, %,d rows; peer: ours on a tenth of the rows", MANY),
                new Side.Inside(
                        () -> files(MANY),
                        () -> many[0] = Profiler.profile(read(MANY)),
                        () -> many[0].rows() / MANY + " of the rows"),
                Optional.of(new Side.Inside(
                        () -> files(FEW),
                        () -> few[0] = Profiler.profile(read(FEW)),
                        () -> few[0].rows() / FEW + " of the rows")),
                new Target.CpuOfPeer(11));
    }

    private Side ours(int rows, TableProfile[] found) {
        return new Side.Inside(
                () -> files(rows), () -> found[0] = Profiler.profile(read(rows)), () -> summary(found[0], rows));
    }

    static ColumnProfiles columnProfiles(Dataset<Row> rows) {
        return new ColumnProfilerRunner().onData(rows).withKLLProfiling().run();
    }

    private static AnalyzerContext deequ(Dataset<Row> rows) {
        AnalysisRunBuilder run = AnalysisRunner.onData(rows);
        for (String name : rows.columns()) {
            for (Analyzer<?, Metric<?>> analyzer : analyzers(name)) {
                run = run.addAnalyzer(analyzer);
            }
        }
        return run.run();
    }

    /** Of a column; the first and the second are known of texts, too. */
    private static List<Analyzer<?, Metric<?>>> analyzers(String name) {
        List<Analyzer<?, Metric<?>>> analyzers = new ArrayList<>();
        analyzers.add(analyzer(new Completeness(name, Option.empty(), Option.empty())));
        analyzers.add(analyzer(new ApproxCountDistinct(name, Option.empty())));
        if (name.startsWith("n")) {
            analyzers.add(analyzer(new Minimum(name, Option.empty(), Option.empty())));
            analyzers.add(analyzer(new Maximum(name, Option.empty(), Option.empty())));
            analyzers.add(analyzer(new Mean(name, Option.empty())));
            analyzers.add(analyzer(new StandardDeviation(name, Option.empty())));
        }
        return analyzers;
    }

    /** Scala knows that a DoubleMetric is a Metric here. */
    @SuppressWarnings("unchecked")
    private static Analyzer<?, Metric<?>> analyzer(Analyzer<?, ?> analyzer) {
        return (Analyzer<?, Metric<?>>) analyzer;
    }

    private static long toRows(Dataset<Row> rows) {
        return rows.queryExecution()
                .toRdd()
                .toJavaRDD()
                .mapPartitions(partition -> {
                    long count = 0;
                    while (partition.hasNext()) {
                        InternalRow row = partition.next();
                        count += row.numFields() > 0 ? 1 : 0;
                    }
                    return List.of(count).iterator();
                })
                .reduce(Long::sum);
    }

    private static String summarize(Path files) throws Exception {
        StringBuilder text = new StringBuilder();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = 2");
            ResultSet found = statement.executeQuery("SUMMARIZE SELECT * FROM read_parquet('" + files + "/*.parquet')");
            for (int i = 0; found.next(); i++) {
                boolean number = i < NUMBERS;
                append(
                        text,
                        i,
                        MANY,
                        found.getDouble("approx_unique"),
                        1 - found.getDouble("null_percentage") / 100,
                        number ? Double.parseDouble(found.getString("min")) : Double.NaN,
                        number ? Double.parseDouble(found.getString("max")) : Double.NaN,
                        number ? Double.parseDouble(found.getString("avg")) : Double.NaN);
            }
        }
        return text.toString();
    }

    /** What Deequ's analyzers find of these rows, as text. */
    String analyzed(Dataset<Row> data, int rows) {
        return summary(
                deequ(data.select(IntStream.range(0, DIFFERENT.length)
                        .mapToObj(i -> functions.col(name(i)))
                        .toArray(Column[]::new))),
                rows);
    }

    /** What a profile says of these rows, as text; columns of others are passed over. */
    String summary(TableProfile profile, int rows) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < DIFFERENT.length; i++) {
            ColumnProfile column = profile.columns().get(name(i));
            append(
                    text,
                    i,
                    rows,
                    column.distinct().map(Distinct::count).orElseThrow(),
                    column.completeness(),
                    column.numbers().map(Numbers::min).orElse(Double.NaN),
                    column.numbers().map(Numbers::max).orElse(Double.NaN),
                    column.numbers().map(Numbers::mean).orElse(Double.NaN));
        }
        return text.toString();
    }

    private static String summary(AnalyzerContext context, int rows) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < DIFFERENT.length; i++) {
            double[] values = analyzers(name(i)).stream()
                    .mapToDouble(analyzer ->
                            (double) ((DoubleMetric) context.metric(analyzer).get())
                                    .value()
                                    .get())
                    .toArray();
            boolean number = i < NUMBERS;
            append(
                    text,
                    i,
                    rows,
                    values[1],
                    values[0],
                    number ? values[2] : Double.NaN,
                    number ? values[3] : Double.NaN,
                    number ? values[4] : Double.NaN);
        }
        return text.toString();
    }

    private static String summary(ColumnProfiles profiles, int rows) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < DIFFERENT.length; i++) {
            com.amazon.deequ.profiles.ColumnProfile column =
                    profiles.profiles().get(name(i)).get();
            Optional<NumericColumnProfile> number = Optional.of(column)
                    .filter(NumericColumnProfile.class::isInstance)
                    .map(NumericColumnProfile.class::cast);
            append(
                    text,
                    i,
                    rows,
                    (double) column.approximateNumDistinctValues(),
                    column.completeness(),
                    number.map(found -> (double) found.minimum().get()).orElse(Double.NaN),
                    number.map(found -> (double) found.maximum().get()).orElse(Double.NaN),
                    number.map(found -> (double) found.mean().get()).orElse(Double.NaN));
        }
        return text.toString();
    }

    /** A line of a result. */
    private static void append(
            StringBuilder text,
            int i,
            int rows,
            double distinct,
            double completeness,
            double min,
            double max,
            double mean) {
        double values = completeness * rows;
        double generated = DIFFERENT[i] == 0 ? values : DIFFERENT[i] * (1 - Math.exp(-values / DIFFERENT[i]));
        boolean close = Math.abs(distinct - generated) <= NEAR * generated;
        text.append(String.format(
                Locale.ROOT,
                "%s %d %% %.8e %.8e %.8e, %s%n",
                name(i),
                Math.round(100 * completeness),
                min,
                max,
                mean,
                close ? "distinct as generated" : distinct + " different, generated " + generated));
    }

    private static String name(int i) {
        return (i < NUMBERS ? "n" : "s") + i;
    }

    Dataset<Row> read(int rows) {
        return LocalSpark.session().read().parquet(files(rows).toString());
    }

    private Path files(int rows) {
        Path files = work.resolve("rows-" + rows);
        if (!Files.exists(files.resolve("_SUCCESS"))) {
            generated(rows).write().mode(SaveMode.Overwrite).parquet(files.toString());
        }
        return files;
    }

    /**
     * Rows as they are made.
     *
     * @param more columns, of {@code id}
     */
    Dataset<Row> generated(int rows, String... more) {
        List<String> columns = new ArrayList<>(List.of(more));
        for (int i = 0; i < DIFFERENT.length; i++) {
            columns.add(values(i) + " as " + name(i));
        }
        return LocalSpark.session().range(0, rows, 1, 4).selectExpr(columns.toArray(String[]::new));
    }

    /** Whole numbers, long ones, doubles, and texts of each length. */
    private static String values(int i) {
        String drawn = "pmod(hash(id, " + i + "), " + Math.max(1, DIFFERENT[i]) + ")";
        if (i < NUMBERS) {
            String value = DIFFERENT[i] == 0
                    ? "hash(id, " + i + ") / 97"
                    : i % 2 == 0 ? "int(" + drawn + ")" : "bigint(" + drawn + ")";
            return "if(pmod(hash(id, " + (100 + i) + "), 10) = 0, null, " + value + ")";
        }
        return switch (i) {
            case 16 -> "concat('kind ', " + drawn + ")";
            case 19 -> "concat('u', " + drawn + ", '@example.org')";
            case 20 -> "sha1(string(id))";
            default -> "concat('value ', " + drawn + ")";
        };
    }
}
