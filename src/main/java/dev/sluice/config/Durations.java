package dev.sluice.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Spans of time as the language writes them: {@code 2d}, {@code 48h}, {@code 1h 30m}, {@code 30s}; a day has 24 hours. */
public final class Durations {
    static final String PATTERN = "(?=\\d)(\\d{1,6}d)?( ?\\d{1,6}h)?( ?\\d{1,6}m)?( ?\\d{1,9}s)?";
    private static final Pattern SHAPE =
            Pattern.compile("(?=\\d)(?:(\\d{1,6})d)?(?: ?(\\d{1,6})h)?(?: ?(\\d{1,6})m)?(?: ?(\\d{1,9})s)?");

    private Durations() {}

    static Duration parse(String text) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text);
        }
        return Duration.ofDays(number(parts, 1))
                .plusHours(number(parts, 2))
                .plusMinutes(number(parts, 3))
                .plusSeconds(number(parts, 4));
    }

    /** The shortest text that {@link #parse} reads as this span; parts of a second are not written. */
    public static String print(Duration span) {
        StringBuilder text = new StringBuilder();
        append(text, span.toDays(), "d");
        append(text, span.toHoursPart(), "h");
        append(text, span.toMinutesPart(), "m");
        append(text, span.toSecondsPart(), "s");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount != 0) {
            text.append(text.isEmpty() ? "" : " ").append(amount).append(unit);
        }
    }

    private static long number(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
    }
}
