package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.bench.Benchmark.Target;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HarnessTest {
    private final List<String> order = new ArrayList<>();

    @Test
    void sidesAlternateAndTheFirstRoundDoesNotCount() throws Exception {
        Outcome outcome = new Harness(3, 0)
                .run(new Benchmark(
                        "X1",
                        "work",
                        side("ours", 9, 2, 4, 3),
                        Optional.of(side("peer", 90, 10, 30, 20)),
                        new Target.CpuOfPeer(0.2)));

        assertThat(order).containsExactly("peer", "ours", "peer", "ours", "peer", "ours", "peer", "ours");
        assertThat(outcome.value()).isEqualTo(3.0 / 20);
        assertThat(outcome.met()).isTrue();
        assertThat(Outcome.markdown(List.of(outcome), "a machine"))
                .contains("| X1 | work | 3.00 | 6.00 | 20.00 | 40.00 | 0.15 × peer CPU | ≤ 0.20 | met |");
        assertThat(Outcome.json(List.of(outcome), "a machine")).contains("\"met\" : true", "\"cpu_seconds\" : 4.0");
    }

    @Test
    void roundsDoNotCountUntilOursIsWarm() throws Exception {
        Outcome outcome = new Harness(2, 21)
                .run(new Benchmark(
                        "X5",
                        "work",
                        side("ours", 9, 2, 4, 3),
                        Optional.of(side("peer", 90, 10, 30, 20)),
                        new Target.CpuOfPeer(0.2)));

        assertThat(order).hasSize(8);
        assertThat(outcome.value()).as("of 4 and 3, after 18 and 4 seconds").isEqualTo(3.5 / 25);
    }

    @Test
    void aSlowPeerIsRunOnceAndCountsInEachRound() throws Exception {
        Outcome outcome = new Harness(3, 0)
                .run(new Benchmark(
                        "X4",
                        "work",
                        side("ours", 9, 2, 4, 3),
                        Optional.of(new Side.Once(side("peer", 600))),
                        new Target.CpuOfPeer(0.01)));
        assertThat(order).containsExactly("peer", "ours", "ours", "ours", "ours");
        assertThat(outcome.value()).isEqualTo(3.0 / 600);
    }

    @Test
    void timesOfDifferentResultsDoNotCount() {
        Benchmark benchmark = new Benchmark(
                "X2",
                "work",
                () -> new Measured("1", 1, 1),
                Optional.of(() -> new Measured("2", 1, 1)),
                new Target.CpuOfPeer(1));
        assertThatThrownBy(() -> new Harness(1, 0).run(benchmark)).hasMessage("X2 gives different results: [1, 2]");
    }

    @Test
    void aPromiseMayBeMissed() throws Exception {
        Outcome outcome = new Harness(2, 0)
                .run(new Benchmark("X3", "work", side("ours", 9, 1, 2), Optional.empty(), new Target.WallSeconds(2.9)));
        assertThat(outcome.value()).isEqualTo(3);
        assertThat(outcome.met()).isFalse();
        assertThat(Outcome.markdown(List.of(outcome), "")).contains("| – | – | 3.00 s wall | ≤ 2.90 | missed |");
    }

    @Test
    void theTimeOfAllThreadsOfThisProcessIsMeasured() throws Exception {
        Measured measured = new Side.Inside(
                        () -> spin(0.5),
                        () -> {
                            Thread other = new Thread(() -> spin(0.2));
                            other.start();
                            spin(0.2);
                            other.join();
                        },
                        () -> "done")
                .run();
        assertThat(measured.result()).isEqualTo("done");
        assertThat(measured.cpuSeconds()).isBetween(0.39, 0.85);
        assertThat(measured.wallSeconds()).isGreaterThanOrEqualTo(0.2);
    }

    @Test
    void theTimeOfAProcessHoldsThatOfItsChildren() throws Exception {
        String work = "i=0; while [ $i -lt 40000 ]; do i=$((i+1)); done";
        Side once = new Side.Command(
                List.of("bash", "-c", "(" + work + "); echo $WHO"), Map.of("WHO", "me"), String::strip);
        Side idle = new Side.Command(List.of("sleep", "0.5"), Map.of(), String::strip);
        Measured measured = once.run();
        assertThat(measured.result()).isEqualTo("me");
        assertThat(measured.cpuSeconds()).isGreaterThan(0.01);
        assertThat(idle.run().cpuSeconds()).isCloseTo(0, within(0.1));
        assertThat(idle.run().wallSeconds()).isGreaterThanOrEqualTo(0.5);
    }

    @Test
    void aProcessThatFailsIsNoMeasurement() {
        Side failing = new Side.Command(List.of("bash", "-c", "echo lost >&2; exit 3"), Map.of(), String::strip);
        assertThatThrownBy(failing::run).hasMessageContaining("ended with 3:\nlost");
    }

    /** A side of the given CPU seconds, and twice as much wall time. */
    private Side side(String name, double... cpu) {
        return () -> {
            order.add(name);
            double now = cpu[(int) order.stream().filter(name::equals).count() - 1];
            return new Measured("same", now, 2 * now);
        };
    }

    /** Until this thread has had so much CPU time, however busy the machine is. */
    private static void spin(double seconds) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long end = threads.getCurrentThreadCpuTime() + (long) (seconds * 1e9);
        while (threads.getCurrentThreadCpuTime() < end) {
            Thread.onSpinWait();
        }
    }
}
