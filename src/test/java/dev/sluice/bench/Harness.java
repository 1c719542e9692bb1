package dev.sluice.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs a benchmark: peer and ours in turn, so that what the machine does meanwhile hits both. The first rounds do not count: of the
 * first runs of a query in a JVM more than half is compiling it, on either side.
 */
final class Harness {
    private static final int MANY = 30;

    private final int rounds;
    private final double warmUp;

    /**
     * A harness that measures so many times.
     *
     * @param warmUp seconds that ours has run before it counts, in whole rounds and at least one
     */
    Harness(int rounds, double warmUp) {
        this.rounds = rounds;
        this.warmUp = warmUp;
    }

    /**
     * Measures.
     *
     * @throws IllegalStateException when two runs found different results: then no time counts
     */
    Outcome run(Benchmark benchmark) throws Exception {
        List<Measured> ours = new ArrayList<>();
        List<Measured> peer = new ArrayList<>();
        Set<String> results = new LinkedHashSet<>();
        // The worst of a few says little.
        int times = benchmark.target() instanceof Benchmark.Target.WorstOfMedian ? MANY : rounds;
        int warm = 0;
        for (double seconds = 0; ours.size() < warm + times; ) {
            if (benchmark.peer().isPresent()) {
                peer.add(benchmark.peer().get().run());
            }
            Measured run = benchmark.ours().run();
            ours.add(run);
            if (warm == 0 || seconds < warmUp) {
                seconds += run.wallSeconds();
                warm++;
            }
        }
        ours.forEach(run -> results.add(run.result()));
        peer.forEach(run -> results.add(run.result()));
        if (results.size() != 1) {
            throw new IllegalStateException(benchmark.id() + " gives different results: " + results);
        }
        return new Outcome(benchmark, after(warm, ours), after(warm, peer));
    }

    private static List<Measured> after(int warm, List<Measured> runs) {
        return runs.isEmpty() ? runs : List.copyOf(runs.subList(warm, runs.size()));
    }
}
