package dev.sluice.bench;

import java.util.Optional;

/**
 * A promise about speed.
 *
 * @param id such as {@code J3-help}; {@code scripts/bench J3} runs all that begin so
 * @param workload what is done, and how large it is
 * @param peer what ours is measured against; gives the same result
 */
record Benchmark(String id, String workload, Side ours, Optional<Side> peer, Target target) {
    Benchmark {
        if (target instanceof Target.CpuOfPeer && peer.isEmpty()) {
            throw new IllegalArgumentException(id + " is measured against a peer, found none");
        }
    }

    /** What is promised. */
    sealed interface Target {
        /** Wall time of ours, at most. */
        record WallSeconds(double atMost) implements Target {}

        /**
         * CPU time of ours for one of many things, in microseconds, at most.
         *
         * @param things how many there are
         * @param thing what one of them is called
         */
        record CpuMicros(double atMost, long things, String thing) implements Target {}

        /** CPU time of ours as a multiple of the peer's, at most. */
        record CpuOfPeer(double atMost) implements Target {}

        /** Wall time of the slowest run of ours as a multiple of their median, at most. */
        record WorstOfMedian(double atMost) implements Target {}
    }
}
