package dev.sluice.quality;

import dev.sluice.config.Distance;
import dev.sluice.config.Monitor.Limits;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.DistanceChoice;
import dev.sluice.stats.Distances;
import dev.sluice.stats.Estimate;
import dev.sluice.stats.Shares;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What became of a column between a reference and the current rows. */
public sealed interface ColumnDrift {
    /** Its name. */
    String column();

    /** How grave it is. */
    Verdict verdict();

    /** The verdict in words. */
    String reason();

    /** How far it has moved, as a multiple of what calls for a warning; infinite where it cannot be compared any more. */
    double size();

    /**
     * What became of a column that both have.
     *
     * @return Measured, NotJudged or ChangedKind
     */
    static ColumnDrift of(String column, ColumnProfile reference, ColumnProfile current, Limits limits) {
        if (!reference.kind().isComparableWith(current.kind())) {
            return new ChangedKind(column, reference.type(), current.type());
        }
        if (current.rows() < limits.minRows()) {
            return new NotJudged(column, current.rows() + " rows, min_rows " + limits.minRows());
        }
        if (reference.rows() < limits.minRows()) {
            return new NotJudged(column, reference.rows() + " reference rows, min_rows " + limits.minRows());
        }
        if (limits.distance() == Distance.BY_SAMPLE_SIZE) {
            DistanceChoice choice = DistanceChoice.of(reference, current);
            return measure(column, reference, current, choice.distance(), " (chosen " + choice.why() + ")", limits);
        }
        return measure(column, reference, current, limits.distance(), "", limits);
    }

    private static ColumnDrift measure(
            String column,
            ColumnProfile reference,
            ColumnProfile current,
            Distance distance,
            String choice,
            Limits limits) {
        Optional<Estimate> estimate = Distances.of(distance, reference, current);
        if (estimate.isEmpty()) {
            return new NotJudged(column, unmeasured(distance, reference, current));
        }
        return new Measured(
                column, distance, choice, estimate.get(), limits.bounds(distance), Shares.of(reference, current));
    }

    private static String unmeasured(Distance distance, ColumnProfile reference, ColumnProfile current) {
        if (reference.rows() == 0 || current.rows() == 0) {
            return "there are no rows on one side";
        }
        if (!distance.needsNumbers()) {
            return reference.kind().hasDistinct()
                    ? "none of its many different values is frequent"
                    : "its values cannot be put into buckets";
        }
        return reference.kind().isNumber()
                ? distance.word() + " needs finite numbers on both sides"
                : distance.word() + " needs numbers, and it is of type " + reference.type();
    }

    /**
     * How far it has moved.
     *
     * @param choice why this distance, to follow the value; empty where it was asked for
     * @param shares what it looked like; empty where it cannot be put into buckets
     */
    record Measured(
            String column,
            Distance distance,
            String choice,
            Estimate estimate,
            Distance.Bounds bounds,
            Optional<Shares> shares)
            implements ColumnDrift {
        @Override
        public Verdict verdict() {
            if (isTooCoarse()) {
                return Verdict.NOT_JUDGED;
            }
            if (distance.isBeyond(judged(), bounds.breach())) {
                return Verdict.BREACH;
            }
            return distance.isBeyond(judged(), bounds.warn()) ? Verdict.WARN : Verdict.OK;
        }

        /**
         * Whether a test would warn and the error of the summaries allows for the contrary. The more rows, the more a test
         * makes of a small difference, of one by the summaries too; a distance is no further off for that.
         */
        private boolean isTooCoarse() {
            return distance.isTest()
                    && distance.isBeyond(estimate.value(), bounds.warn())
                    && !distance.isBeyond(judged(), bounds.warn());
        }

        /** Whether the rows themselves might be on another side of a bound than the summaries. */
        private boolean errorMatters() {
            return Stream.of(bounds.warn(), bounds.breach())
                    .anyMatch(bound -> distance.isBeyond(estimate.value() - estimate.error(), bound)
                            != distance.isBeyond(estimate.value() + estimate.error(), bound));
        }

        /** The value; of a test the largest p-value that the rows themselves may have. */
        private double judged() {
            return distance.isTest() ? estimate.value() + estimate.error() : estimate.value();
        }

        /** The bound that decided: the one it lies beyond, or the one it keeps within. */
        public double bound() {
            return verdict() == Verdict.BREACH ? bounds.breach() : bounds.warn();
        }

        @Override
        public double size() {
            return distance.isTest() ? ratio(bounds.warn(), estimate.value()) : ratio(estimate.value(), bounds.warn());
        }

        private static double ratio(double more, double less) {
            return more == 0 ? 0 : more / less;
        }

        @Override
        public String reason() {
            boolean beyond = verdict().compareTo(Verdict.OK) > 0;
            String side = distance.isTest() ? (beyond ? "below" : "at least") : (beyond ? "above" : "at most");
            if (isTooCoarse()) {
                side = "which may be on either side of";
            }
            String error = errorMatters() ? String.format(Locale.ROOT, " ± %.4f", estimate.error()) : "";
            return String.format(
                    Locale.ROOT, "%s %.4f%s, %s %s%s", distance.word(), estimate.value(), error, side, bound(), choice);
        }
    }

    /** Nothing can be said of it. */
    record NotJudged(String column, String reason) implements ColumnDrift {
        @Override
        public Verdict verdict() {
            return Verdict.NOT_JUDGED;
        }

        @Override
        public double size() {
            return 0;
        }
    }

    /** The reference does not have it. */
    record Appeared(String column, String type) implements ColumnDrift {
        @Override
        public Verdict verdict() {
            return Verdict.WARN;
        }

        @Override
        public double size() {
            return Double.POSITIVE_INFINITY;
        }

        @Override
        public String reason() {
            return "of type " + type + ", not in the reference";
        }
    }

    /** The current rows do not have it. */
    record Vanished(String column, String type) implements ColumnDrift {
        @Override
        public Verdict verdict() {
            return Verdict.BREACH;
        }

        @Override
        public double size() {
            return Double.POSITIVE_INFINITY;
        }

        @Override
        public String reason() {
            return "of type " + type + " in the reference, and gone";
        }
    }

    /** Its values can no longer be compared: texts where numbers were. A change from whole numbers to others is none. */
    record ChangedKind(String column, String before, String type) implements ColumnDrift {
        @Override
        public Verdict verdict() {
            return Verdict.BREACH;
        }

        @Override
        public double size() {
            return Double.POSITIVE_INFINITY;
        }

        @Override
        public String reason() {
            return "of type " + type + ", in the reference " + before;
        }
    }
}
