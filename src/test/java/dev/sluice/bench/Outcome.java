package dev.sluice.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the rounds of a benchmark gave.
 *
 * @param peer empty where there is none
 */
record Outcome(Benchmark benchmark, List<Measured> ours, List<Measured> peer) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double MICROS = 1e6;

    /** The number that the target is about: seconds, microseconds for each thing, or a multiple of the peer's CPU time. */
    double value() {
        if (benchmark.target() instanceof Benchmark.Target.WallSeconds) {
            return median(ours, Measured::wallSeconds);
        }
        if (benchmark.target() instanceof Benchmark.Target.WorstOfMedian) {
            return ours.stream().mapToDouble(Measured::wallSeconds).max().orElseThrow()
                    / median(ours, Measured::wallSeconds);
        }
        if (benchmark.target() instanceof Benchmark.Target.CpuMicros each) {
            return median(ours, Measured::cpuSeconds) * MICROS / each.things();
        }
        return median(ours, Measured::cpuSeconds) / median(peer, Measured::cpuSeconds);
    }

    double bound() {
        if (benchmark.target() instanceof Benchmark.Target.WallSeconds wall) {
            return wall.atMost();
        }
        if (benchmark.target() instanceof Benchmark.Target.WorstOfMedian worst) {
            return worst.atMost();
        }
        if (benchmark.target() instanceof Benchmark.Target.CpuMicros each) {
            return each.atMost();
        }
        return ((Benchmark.Target.CpuOfPeer) benchmark.target()).atMost();
    }

    boolean met() {
        return value() <= bound();
    }

    static double median(List<Measured> runs, ToDoubleFunction<Measured> of) {
        double[] sorted = runs.stream().mapToDouble(of).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private String unit() {
        if (benchmark.target() instanceof Benchmark.Target.WallSeconds) {
            return " s wall";
        }
        if (benchmark.target() instanceof Benchmark.Target.CpuMicros each) {
            return " µs CPU per " + each.thing();
        }
        return benchmark.target() instanceof Benchmark.Target.WorstOfMedian ? " × median wall" : " × peer CPU";
    }

    /** A table for people. */
    static String markdown(List<Outcome> outcomes, String machine) {
        StringBuilder text = new StringBuilder("# Benchmarks\n\n" + machine + "\n\n"
                + "| # | workload | ours, CPU s | ours, wall s | peer, CPU s | peer, wall s | value | target | |\n"
                + "|---|---|--:|--:|--:|--:|--:|--:|---|\n");
        for (Outcome one : outcomes) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.2f | %.2f | %s | %s | %.2f%s | ≤ %.2f | %s |%n",
                    one.benchmark.id(),
                    one.benchmark.workload(),
                    median(one.ours, Measured::cpuSeconds),
                    median(one.ours, Measured::wallSeconds),
                    one.peer.isEmpty()
                            ? "–"
                            : String.format(Locale.ROOT, "%.2f", median(one.peer, Measured::cpuSeconds)),
                    one.peer.isEmpty()
                            ? "–"
                            : String.format(Locale.ROOT, "%.2f", median(one.peer, Measured::wallSeconds)),
                    one.value(),
                    one.unit(),
                    one.bound(),
                    one.met() ? "met" : "missed"));
        }
        return text.toString();
    }

    /** All runs, for machines. */
    static String json(List<Outcome> outcomes, String machine) {
        ObjectNode root = JSON.createObjectNode().put("machine", machine);
        ArrayNode all = root.putArray("benchmarks");
        for (Outcome one : outcomes) {
            ObjectNode node = all.addObject()
                    .put("id", one.benchmark.id())
                    .put("workload", one.benchmark.workload())
                    .put("value", one.value())
                    .put("unit", one.unit().strip())
                    .put("at_most", one.bound())
                    .put("met", one.met());
            runs(node.putArray("ours"), one.ours);
            runs(node.putArray("peer"), one.peer);
        }
        return root.toPrettyString() + "\n";
    }

    private static void runs(ArrayNode array, List<Measured> runs) {
        for (Measured run : runs) {
            array.addObject().put("cpu_seconds", run.cpuSeconds()).put("wall_seconds", run.wallSeconds());
        }
    }
}
