package dev.sluice.step.monitor;

import dev.sluice.quality.Verdict;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One thing that was measured or decided about a model version in an interval.
 *
 * @param name column, metric, or what was decided
 * @param day local day of the rows, where it is not the whole interval or window
 * @param value what was measured; empty where nothing could be
 * @param baseline the same at training time
 * @param bound the value from which on the verdict is another
 * @param rows rows that were measured
 * @param definition of the number, so that it is never compared with a namesake
 * @param verdict empty for what is recorded only
 * @param reason of the verdict, in words
 */
record Measurement(
        Kind kind,
        String name,
        Optional<LocalDate> day,
        OptionalDouble value,
        OptionalDouble baseline,
        OptionalDouble bound,
        long rows,
        String definition,
        Optional<Verdict> verdict,
        String reason) {
    Measurement {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(day, "day");
        Objects.requireNonNull(definition, "definition");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(reason, "reason");
    }

    /** What a measurement is about. */
    enum Kind {
        DRIFT("drift"),
        QUALITY("quality"),
        DECISION("decision");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As the monitor table holds it. */
        String word() {
            return word;
        }
    }
}
