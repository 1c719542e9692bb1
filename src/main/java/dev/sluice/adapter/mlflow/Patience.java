package dev.sluice.adapter.mlflow;

import java.time.Duration;

/**
 * How long a server is waited for.
 *
 * @param connect until a connection stands
 * @param request until one request is answered whole
 * @param total until a call with all its repetitions has ended
 * @param pause before the first repetition; each later one waits twice as long
 */
record Patience(Duration connect, Duration request, Duration total, Duration pause) {
    static final Patience USUAL =
            new Patience(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofMillis(250));

    /** A file of this many bytes is given a second more for each megabyte. */
    Duration transfer(long bytes) {
        return request.plusSeconds(bytes >> 20);
    }
}
