package dev.sluice.model;

import dev.sluice.config.Train;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Rows cut by decision time: the oldest train, then validate, the newest test. The first {@code gap} of validate and of
 * test is nobody's, so that no label of one part overlaps decisions of the next.
 *
 * @param trainTo first instant after the training rows
 * @param validateTo first instant after the validation rows
 */
public record TimeSplit(Instant trainTo, Instant validateTo, Duration gap) {
    public TimeSplit {
        Objects.requireNonNull(gap, "gap");
        if (!trainTo.isBefore(validateTo)) {
            throw new IllegalArgumentException(
                    "training ends before validation does, found " + trainTo + " and " + validateTo);
        }
    }

    /**
     * The cuts at local midnights whose shares of the rows come nearest to those asked for (the earlier of two equally near);
     * each part keeps at least one day.
     *
     * @param rows number of rows of each local date of decision time that has any
     * @throws SluiceException NOT_ENOUGH_DATA when there are fewer than three dates
     */
    public static TimeSplit cut(SortedMap<LocalDate, Long> rows, Train.Split shares, ZoneId zone) {
        List<LocalDate> dates = List.copyOf(rows.keySet());
        if (dates.size() < 3) {
            throw new SluiceException(
                    ErrorCode.NOT_ENOUGH_DATA,
                    "rows to train on lie on " + dates.size() + " dates" + (dates.isEmpty() ? "" : " " + dates)
                            + "; train, validate and test need one each",
                    "make the features of more days, or widen train.window");
        }
        List<Long> before = new ArrayList<>();
        long total = 0;
        for (long count : rows.values()) {
            before.add(total);
            total += count;
        }
        int train = nearest(before, shares.train() * total, 1, dates.size() - 2);
        int validate = nearest(before, (shares.train() + shares.validate()) * total, train + 1, dates.size() - 1);
        return new TimeSplit(midnight(dates.get(train), zone), midnight(dates.get(validate), zone), shares.gap());
    }

    /** The part of a decision time; empty in a gap. */
    public Optional<Part> part(Instant asOf) {
        if (asOf.isBefore(trainTo)) {
            return Optional.of(Part.TRAIN);
        }
        if (asOf.isBefore(validateTo)) {
            return asOf.isBefore(validateFrom()) ? Optional.empty() : Optional.of(Part.VALIDATE);
        }
        return asOf.isBefore(testFrom()) ? Optional.empty() : Optional.of(Part.TEST);
    }

    /** First instant of the validation rows. */
    public Instant validateFrom() {
        return trainTo.plus(gap);
    }

    /** First instant of the test rows. */
    public Instant testFrom() {
        return validateTo.plus(gap);
    }

    private static int nearest(List<Long> before, double wanted, int first, int last) {
        int best = first;
        for (int i = first + 1; i <= last; i++) {
            if (Math.abs(before.get(i) - wanted) < Math.abs(before.get(best) - wanted)) {
                best = i;
            }
        }
        return best;
    }

    private static Instant midnight(LocalDate date, ZoneId zone) {
        return date.atStartOfDay(zone).toInstant();
    }
}
