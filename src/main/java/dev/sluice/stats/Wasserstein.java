package dev.sluice.stats;

import java.util.Optional;

/**
 * Wasserstein distance of order 1, also called earth mover's: the area between the two distribution functions, which is how
 * far a number must be moved on average to make one column out of the other. NaN and null have no place on the way and are
 * left out; infinite numbers have none either, and with them there is no distance.
 */
public final class Wasserstein {
    /** A constant reference has no spread to compare with; what Evidently puts in its place. */
    private static final double LEAST_SPREAD = 0.001;

    private Wasserstein() {}

    /**
     * The distance in the units of the column; empty where a side has no numbers or an infinite one.
     *
     * @param reference a column of numbers
     * @param current another
     */
    public static Optional<Estimate> of(ColumnProfile reference, ColumnProfile current) {
        Numbers references = reference.numbers().orElseThrow();
        Numbers currents = current.numbers().orElseThrow();
        double reach = Math.max(references.max(), currents.max()) - Math.min(references.min(), currents.min());
        // NaN without numbers; infinite with infinite ones, and where the way is longer than any double.
        if (!Double.isFinite(reach)) {
            return Optional.empty();
        }
        Staircase from = Staircase.of(reference);
        Staircase to = Staircase.of(current);
        Area area = new Area();
        Staircase.visit(from, to, area::step);
        return Optional.of(new Estimate(area.sum, (from.error() + to.error()) * reach));
    }

    /**
     * The distance over the standard deviation of the reference's numbers, or over 0.001 where that is less; empty also where
     * their sum is more than a double holds.
     */
    public static Optional<Estimate> bySd(ColumnProfile reference, ColumnProfile current) {
        double sd = reference.numbers().orElseThrow().sd();
        double spread = Math.max(sd, LEAST_SPREAD);
        return of(reference, current)
                .filter(distance -> !Double.isNaN(sd))
                .map(distance -> new Estimate(distance.value() / spread, distance.error() / spread));
    }

    private static final class Area {
        private double sum;
        private double last;
        private double height;

        void step(double x, double reference, double current) {
            // Before the first step the height is 0.
            sum += height == 0 ? 0 : height * (x - last);
            last = x;
            height = Math.abs(reference - current);
        }
    }
}
