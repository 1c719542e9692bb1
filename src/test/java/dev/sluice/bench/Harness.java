package dev.sluice.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Runs a benchmark: one warm-up of each side, then peer and ours in turn, so that what the machine does meanwhile hits both. */
final class Harness {
    private static final int MANY = 30;

    private final int rounds;

    /** A harness that measures so many times. */
    Harness(int rounds) {
        this.rounds = rounds;
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
        for (int round = 0; round <= times; round++) {
            if (benchmark.peer().isPresent()) {
                peer.add(benchmark.peer().get().run());
            }
            ours.add(benchmark.ours().run());
        }
        ours.forEach(run -> results.add(run.result()));
        peer.forEach(run -> results.add(run.result()));
        if (results.size() != 1) {
            throw new IllegalStateException(benchmark.id() + " gives different results: " + results);
        }
        return new Outcome(benchmark, withoutWarmUp(ours), withoutWarmUp(peer));
    }

    private static List<Measured> withoutWarmUp(List<Measured> runs) {
        return runs.isEmpty() ? runs : List.copyOf(runs.subList(1, runs.size()));
    }
}
