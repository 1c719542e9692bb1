package dev.sluice.bench;

import com.amazon.deequ.profiles.ColumnProfiles;
import com.amazon.deequ.profiles.NumericColumnProfile;
import dev.sluice.bench.Benchmark.Target;
import dev.sluice.frame.Profiler;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.TableProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A profile of many columns. The peer is stopped after a time, and then has no result that could be compared: what it has cost until
 * then counts, and standard error says so.
 *
 * @param work folder for data
 */
record Wide(Path work) {
    private static final int ROWS = 100_000;
    private static final int COLUMNS = 200;
    private static final int NUMBERS = 150;
    private static final Duration CAP = Duration.ofMinutes(10);

    List<Benchmark> all() {
        TableProfile[] ours = new TableProfile[1];
        AtomicReference<Optional<ColumnProfiles>> peer = new AtomicReference<>();
        return List.of(new Benchmark(
                "D3",
                String.format(
                        Locale.ROOT,
                        "profile of %d columns, %,d rows; peer: Deequ's ColumnProfiler with KLL, once, stopped after %d min",
                        COLUMNS,
                        ROWS,
                        CAP.toMinutes()),
                new Side.Inside(this::rows, () -> ours[0] = Profiler.profile(rows()), () -> text(ours[0])),
                Optional.of(new Side.Once(new Side.Inside(
                        this::rows,
                        () -> peer.set(Capped.run("D3", CAP, () -> Profiles.columnProfiles(rows()))),
                        () -> peer.get().map(Wide::text).orElseGet(() -> text(Profiler.profile(rows())))))),
                new Target.CpuOfPeer(1 / 100.0)));
    }

    private static String text(TableProfile profile) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < COLUMNS; i++) {
            ColumnProfile column = profile.columns().get(name(i));
            line(text, name(i), column.completeness(), numbers(column));
        }
        return text.toString();
    }

    private static double[] numbers(ColumnProfile column) {
        return column.numbers()
                .map(known -> new double[] {known.min(), known.max(), known.mean(), known.sd()})
                .orElse(new double[0]);
    }

    private static String text(ColumnProfiles profiles) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < COLUMNS; i++) {
            com.amazon.deequ.profiles.ColumnProfile column =
                    profiles.profiles().get(name(i)).get();
            double[] numbers = column instanceof NumericColumnProfile number
                    ? new double[] {
                        (double) number.minimum().get(),
                        (double) number.maximum().get(),
                        (double) number.mean().get(),
                        (double) number.stdDev().get()
                    }
                    : new double[0];
            line(text, name(i), column.completeness(), numbers);
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, double completeness, double[] numbers) {
        text.append(String.format(Locale.ROOT, "%s %.4f", name, completeness));
        for (double number : numbers) {
            text.append(String.format(Locale.ROOT, " %.8e", number));
        }
        text.append('\n');
    }

    private static String name(int i) {
        return (i < NUMBERS ? "n" : "s") + i;
    }

    private Dataset<Row> rows() {
        Path files = work.resolve("wide");
        if (!Files.exists(files.resolve("_SUCCESS"))) {
            LocalSpark.session()
                    .range(0, ROWS, 1, 4)
                    .selectExpr(IntStream.range(0, COLUMNS)
                            .mapToObj(i -> "if(pmod(hash(id, " + (1_000 + i) + "), 10) = 0, null, "
                                    + (i < NUMBERS ? "" : "concat('v', ") + "pmod(hash(id, " + i + "), "
                                    + (2 + i * i) + ")" + (i < NUMBERS ? "" : ")") + ") AS " + name(i))
                            .toArray(String[]::new))
                    .write()
                    .parquet(files.toString());
        }
        return LocalSpark.session().read().parquet(files.toString());
    }
}
