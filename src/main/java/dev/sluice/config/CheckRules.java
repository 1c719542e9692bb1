package dev.sluice.config;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What the records of checks refuse. */
final class CheckRules {
    private CheckRules() {}

    /** At least one bound, and none that leaves nothing between them. */
    static void bounds(Optional<Double> min, Optional<Double> max) {
        Invalid.unless(min.isPresent() || max.isPresent(), "", "expected min, max or both, found neither");
        ordered(min, max);
    }

    static void ordered(Optional<Double> min, Optional<Double> max) {
        Invalid.unless(
                min.isEmpty() || max.isEmpty() || min.get() <= max.get(),
                "max",
                () -> "expected at least min, which is " + min.orElseThrow() + ", found " + max.orElseThrow());
    }

    static void share(String key, double share) {
        Invalid.unless(share >= 0 && share <= 1, key, "expected a share from 0 to 1, found " + share);
    }

    static void groups(Optional<String> per, Optional<Long> minRows) {
        Invalid.unless(
                minRows.isEmpty() || per.isPresent(), "min_rows", "expected per beside min_rows, found it alone");
        Invalid.unless(
                minRows.orElse(1L) >= 1, "min_rows", () -> "expected at least 1 row, found " + minRows.orElseThrow());
    }

    static void some(String key, Collection<String> columns) {
        Invalid.unless(!columns.isEmpty(), key, "expected at least one column, found none");
        Invalid.unless(
                columns.stream().distinct().count() == columns.size(),
                key,
                "expected each column once, found one twice");
    }

    static void pair(String key, Collection<String> columns) {
        Invalid.unless(
                columns.size() == 2 && columns.stream().distinct().count() == 2,
                key,
                "expected two different columns, found " + columns);
    }

    static void one(String key, Collection<?> entries, String shape) {
        Invalid.unless(entries.size() == 1, key, "expected one " + shape + ", found " + entries.size());
    }

    static void regex(String key, String regex) {
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new Invalid(
                    key,
                    "expected a regular expression, found " + Problem.quoted(regex) + ": " + e.getDescription()
                            + " at character " + Math.max(0, e.getIndex()));
        }
    }
}
