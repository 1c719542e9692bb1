package dev.sluice.adapter.deequ;

import static dev.sluice.adapter.deequ.Constraints.is;
import static dev.sluice.adapter.deequ.Constraints.none;

import dev.sluice.config.Check;
import dev.sluice.frame.Columns;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.port.Judged;
import dev.sluice.quality.Words;
import dev.sluice.stats.ColumnKind;
import dev.sluice.stats.ColumnProfile;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How long before the end of the interval the newest value of a column is: Deequ's maximum, in seconds since 1970. A date is as new as its
 * end in the zone of the run's local dates, so that a day's rows are fresh however many hours the day has.
 */
record Newest(Check.Fresh check, Judged judged, Shown shown) implements Question {
    /** How long before the end of the interval, in seconds, the newest value of each group is. */
    Bounded ofEach() {
        String column = Columns.quoted(check.fresh());
        boolean isDate = column().kind() == ColumnKind.DATE;
        // The end of a date in the zone of the run, whatever that of the session is.
        String newest = isDate
                ? "to_utc_timestamp(timestamp_seconds((unix_date(max(" + column + ")) + 1) * 86400L), '" + judged.zone()
                        + "')"
                : "max(" + column + ")";
        Instant end = judged.interval().to();
        SqlValue age = new SqlValue(end.getEpochSecond() + " - unix_seconds(" + newest + ")");
        return new Bounded(
                check.fresh(),
                (c, asks) -> c.addConstraint(NumberChecks.constraint(age, asks)),
                Optional.empty(),
                Optional.of((double) check.within().toSeconds()),
                seconds -> told(end.minusSeconds((long) seconds), isDate),
                "",
                expected(),
                false);
    }

    private String told(Instant newest, boolean isDate) {
        String text =
                isDate ? LocalDate.ofInstant(newest, judged.zone()).minusDays(1).toString() : newest.toString();
        return "a newest " + shown.value(check.fresh(), text)
                + age(Duration.between(newest, judged.interval().to()));
    }

    private ColumnProfile column() {
        return judged.profile().columns().get(check.fresh());
    }

    private String expected() {
        return (check.within().isZero() ? "one not" : "one at most " + span(check.within()))
                + " before the interval's end, which is " + judged.interval().to();
    }

    @Override
    public Verdict answer(Metrics metrics) {
        ColumnProfile column = column();
        Optional<String> newest = column.extent().map(ColumnProfile.Extent::max);
        Instant end = judged.interval().to();
        Optional<Instant> known = newest.map(text -> instant(column, text));
        OptionalDouble seconds =
                known.map(at -> OptionalDouble.of((double) at.getEpochSecond())).orElse(OptionalDouble.empty());
        double earliest = (double) end.minus(check.within()).getEpochSecond();
        return new Verdict(
                Constraints.holdFor(
                        empty -> empty.hasMax(check.fresh(), is(at -> at >= earliest), none(), none()), seconds),
                check.fresh(),
                seconds.isPresent()
                        ? OptionalDouble.of((double) end.getEpochSecond() - seconds.getAsDouble())
                        : OptionalDouble.empty(),
                newest.map(text -> "the newest is " + shown.value(check.fresh(), text)
                                + age(Duration.between(known.orElseThrow(), end)))
                        .orElse(column.rows() == 0 ? "no rows" : "no value in " + Words.rows(column.rows())),
                expected(),
                Source.PROFILE);
    }

    private Instant instant(ColumnProfile column, String text) {
        return column.kind() == ColumnKind.DATE
                ? LocalDate.parse(text).plusDays(1).atStartOfDay(judged.zone()).toInstant()
                : Instant.parse(text);
    }

    private static String age(Duration age) {
        return age.isNegative() || age.isZero() ? "" : ", " + span(age) + " before it";
    }

    /** {@code 2 d 3 h 5 min}, without what is less than a minute. */
    private static String span(Duration span) {
        StringBuilder words = new StringBuilder();
        append(words, span.toDays(), " d");
        append(words, span.toHoursPart(), " h");
        append(words, span.toMinutesPart(), " min");
        return words.isEmpty() ? "less than 1 min" : words.toString();
    }

    private static void append(StringBuilder words, long amount, String unit) {
        if (amount > 0) {
            words.append(words.isEmpty() ? "" : " ").append(amount).append(unit);
        }
    }
}
