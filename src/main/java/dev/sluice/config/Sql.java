package dev.sluice.config;

import dev.sluice.core.Interval;
import java.util.Objects;

/**
 * A Spark SQL expression, already known to be syntactically right and to use allowed functions alone when it came through
 * the loader. May hold {@code ${run:interval.from}} and {@code ${run:interval.to}}.
 */
public record Sql(String text) {
    public Sql {
        Objects.requireNonNull(text, "text");
        Invalid.unless(!text.isBlank(), "", "expected a Spark SQL expression, found an empty text");
    }

    /** The expression for one run: each end of its interval as a timestamp literal. */
    public String forRun(Interval interval) {
        return text.replace("${run:interval.from}", literal(interval.from().toString()))
                .replace("${run:interval.to}", literal(interval.to().toString()));
    }

    private static String literal(String instant) {
        return "TIMESTAMP '" + instant + "'";
    }

    @Override
    public String toString() {
        return text;
    }
}
