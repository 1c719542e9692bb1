package dev.sluice.core;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A half-open span {@code [from, to)} of data time that a run is about. It is always given, never read from the clock.
 */
public record Interval(Instant from, Instant to) {
    public Interval {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("an interval starts before it ends, found " + from + "/" + to);
        }
    }

    /**
     * Reads {@code FROM/TO}, each a date ({@code 2013-01-01}: midnight in the zone), a local date-time or one with an
     * offset.
     *
     * @throws IllegalArgumentException when the text is no such pair
     */
    public static Interval parse(String text, ZoneId zone) {
        int slash = text.indexOf('/');
        if (slash < 0 || text.indexOf('/', slash + 1) >= 0) {
            throw new IllegalArgumentException("expected FROM/TO such as 2013-01-01/2013-01-02, found '" + text + "'");
        }
        return new Interval(instant(text.substring(0, slash), zone), instant(text.substring(slash + 1), zone));
    }

    /** Whether an instant is in it. */
    public boolean contains(Instant time) {
        return !time.isBefore(from) && time.isBefore(to);
    }

    /** Reads one end of an interval. */
    public static Instant instant(String text, ZoneId zone) {
        String trimmed = text.strip();
        try {
            if (trimmed.length() == 10) {
                return LocalDate.parse(trimmed).atStartOfDay(zone).toInstant();
            }
            if (trimmed.endsWith("Z") || trimmed.matches(".*[+-]\\d\\d:?\\d\\d$")) {
                return OffsetDateTime.parse(trimmed).toInstant();
            }
            return LocalDateTime.parse(trimmed).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "expected a date such as 2013-01-01 or a time such as 2013-01-01T05:00:00Z, found '" + text + "'",
                    e);
        }
    }

    /** The same end, with its start moved back. */
    public Interval extendedBack(Duration by) {
        return new Interval(from.minus(by), to);
    }

    /** The local dates that the interval touches, in order. */
    public List<LocalDate> dates(ZoneId zone) {
        LocalDate last = to.minusNanos(1).atZone(zone).toLocalDate();
        List<LocalDate> dates = new ArrayList<>();
        for (LocalDate d = from.atZone(zone).toLocalDate(); !d.isAfter(last); d = d.plusDays(1)) {
            dates.add(d);
        }
        return List.copyOf(dates);
    }

    /** Cuts the interval into chunks of whole local days, oldest first; the last may be shorter. */
    public List<Interval> chunks(int days, ZoneId zone) {
        if (days < 1) {
            throw new IllegalArgumentException("a chunk has at least one day, found " + days);
        }
        List<Interval> chunks = new ArrayList<>();
        Instant start = from;
        while (start.isBefore(to)) {
            Instant end = start.atZone(zone).plusDays(days).toInstant();
            Instant cut = end.isBefore(to) ? end : to;
            chunks.add(new Interval(start, cut));
            start = cut;
        }
        return List.copyOf(chunks);
    }

    /**
     * How long it is, as a calendar says it: {@code 2 months} between the midnights of two firsts of a month, {@code 7 days}
     * between midnights, else a duration such as {@code PT6H}. A day is a day, whether it has 23 hours or 25.
     */
    public String length(ZoneId zone) {
        LocalDateTime start = LocalDateTime.ofInstant(from, zone);
        LocalDateTime end = LocalDateTime.ofInstant(to, zone);
        if (!start.toLocalTime().equals(LocalTime.MIDNIGHT)
                || !end.toLocalTime().equals(LocalTime.MIDNIGHT)) {
            return Duration.between(from, to).toString();
        }
        boolean months = start.getDayOfMonth() == 1 && end.getDayOfMonth() == 1;
        long number = (months ? ChronoUnit.MONTHS : ChronoUnit.DAYS).between(start, end);
        return number + (months ? " month" : " day") + (number == 1 ? "" : "s");
    }

    /** {@code 2013-01-01/2013-01-02} where both ends are midnights of the zone, else both as UTC instants. */
    public String text(ZoneId zone) {
        return end(from, zone) + "/" + end(to, zone);
    }

    private static String end(Instant instant, ZoneId zone) {
        LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
        return local.toLocalTime().toNanoOfDay() == 0
                ? local.toLocalDate().toString()
                : DateTimeFormatter.ISO_INSTANT.format(instant);
    }

    /** {@code from/to} as UTC instants: the one form that is hashed and stored. */
    @Override
    public String toString() {
        return from + "/" + to;
    }
}
