package dev.sluice.stats;

import dev.sluice.config.Distance;
import java.util.Optional;

/** How far two profiles of a column are apart, by any {@link Distance}. */
public final class Distances {
    private Distances() {}

    /**
     * Measures. Empty where the distance does not tell anything: of no rows on a side, of texts where it needs numbers,
     * where {@link Shares#of} or {@link Wasserstein#of} is empty.
     *
     * @throws IllegalArgumentException when the kinds of the columns are not comparable
     */
    public static Optional<Estimate> of(Distance distance, ColumnProfile reference, ColumnProfile current) {
        Shares.requireComparable(reference, current);
        boolean none = reference.rows() == 0 || current.rows() == 0;
        if (none || (distance.needsNumbers() && !reference.kind().isNumber())) {
            return Optional.empty();
        }
        return switch (distance) {
            case PSI -> Shares.of(reference, current).map(Psi::of);
            case JS_DIVERGENCE_LOG2 -> Shares.of(reference, current).map(JensenShannon::divergenceLog2);
            case JS_DISTANCE_LN -> Shares.of(reference, current).map(JensenShannon::distanceLn);
            case L_INFINITY -> Shares.of(reference, current).map(LInfinity::of);
            case HELLINGER -> Shares.of(reference, current).map(Hellinger::of);
            case CHI_SQUARE_P_VALUE -> Shares.of(reference, current).map(ChiSquare::pValue);
            case KS_STATISTIC -> Optional.of(KolmogorovSmirnov.statistic(reference, current));
            case KS_P_VALUE -> Optional.of(KolmogorovSmirnov.pValue(reference, current));
            case WASSERSTEIN -> Wasserstein.of(reference, current);
            case WASSERSTEIN_BY_SD -> Wasserstein.bySd(reference, current);
            case BY_SAMPLE_SIZE -> of(DistanceChoice.of(reference, current).distance(), reference, current);
        };
    }
}
