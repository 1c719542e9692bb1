package dev.sluice.bench;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Runs the benchmarks whose ids begin with one of the arguments; writes {@code target/bench/bench.json} and {@code .md}. */
final class Main {
    private static final int ROUNDS = 3;
    private static final int WARM_UP = 15;

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Path project = Path.of("").toAbsolutePath();
        Path folder = Files.createDirectories(project.resolve("target/bench"));
        List<Benchmark> all = new Suite(project, folder).all();
        List<Benchmark> asked = all.stream()
                .filter(one -> Arrays.stream(arguments).anyMatch(one.id()::startsWith))
                .toList();
        if (asked.isEmpty()) {
            System.err.println("expected ids of benchmarks, such as "
                    + all.stream().map(Benchmark::id).toList() + ", found " + List.of(arguments));
            System.exit(64);
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Benchmark benchmark : asked) {
            System.err.println(benchmark.id() + "  " + benchmark.workload());
            outcomes.add(new Harness(ROUNDS, WARM_UP).run(benchmark));
        }
        String markdown = Outcome.markdown(outcomes, machine());
        Files.writeString(folder.resolve("bench.md"), markdown);
        Files.writeString(folder.resolve("bench.json"), Outcome.json(outcomes, machine()));
        System.out.print(markdown);
        System.exit(outcomes.stream().allMatch(Outcome::met) ? 0 : 1);
    }

    private static String machine() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return String.format(
                Locale.ROOT,
                "Java %s, %d processors, load %.1f at the end; medians of %d runs, after %d s of ours to warm up.",
                Runtime.version(),
                system.getAvailableProcessors(),
                system.getSystemLoadAverage(),
                ROUNDS,
                WARM_UP);
    }
}
