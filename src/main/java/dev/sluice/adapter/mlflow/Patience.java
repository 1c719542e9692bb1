package dev.sluice.adapter.mlflow;

import java.time.Duration;

/**
 * How long a server is waited for.
 *
 * @param request until one request is answered whole
 * @param total until a request that failed is repeated for the last time; it is repeated once in any case
 * @param pause before the first repetition; each later one waits twice as long
 */
record Patience(Duration request, Duration total, Duration pause) {
    /** Long enough for a server that restarts its workers, short enough for a person who mistyped its address. */
    private static final Duration TOTAL = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(250);

    static Patience of(Duration request) {
        return new Patience(request, TOTAL, PAUSE);
    }

    /** A file of this many bytes is given a second more for each megabyte. */
    Duration transfer(long bytes) {
        return request.plusSeconds(bytes >> 20);
    }
}
