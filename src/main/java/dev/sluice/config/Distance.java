package dev.sluice.config;

import java.util.Locale;
import java.util.Optional;

/**
 * What tells how far two profiles of a column are apart. Each is one exact definition: two that the literature calls alike
 * have different names here. Except in the two Wasserstein distances, NaN and null count like values.
 *
 * <p>A distance is larger the further apart the profiles are, whatever their number of rows. A test is a p-value: the
 * probability that two samples of one and the same source are at least this far apart; smaller the further apart, and
 * smaller the more rows show the same distance.
 */
public enum Distance {
    /** Population stability index: the sum of (c - r) ln(c / r) over the shares, a share of 0 taken as 1e-4. From 0 up. */
    PSI(Scale.DISTANCE, Of.SHARES, "reference deciles or values, null and NaN apart, zero share as 1e-4"),
    /** Jensen-Shannon divergence, logarithm to base 2, as in TensorFlow Data Validation. From 0 to 1. */
    JS_DIVERGENCE_LOG2(
            Scale.DISTANCE,
            Of.SHARES,
            "Jensen-Shannon divergence to base 2; reference deciles or values, null and NaN apart"),
    /** Jensen-Shannon distance: root of the divergence in natural logarithms, as in SciPy and Evidently. From 0 to 0.8326. */
    JS_DISTANCE_LN(
            Scale.DISTANCE,
            Of.SHARES,
            "root of the Jensen-Shannon divergence in nats; reference deciles or values, null and NaN apart"),
    /** Largest difference of two shares, as in TensorFlow Data Validation. From 0 to 1. */
    L_INFINITY(
            Scale.DISTANCE,
            Of.SHARES,
            "largest difference of two shares; reference deciles or values, null and NaN apart"),
    /** Hellinger distance: root of half the sum of (√r - √c)² over the shares. From 0 to 1. */
    HELLINGER(
            Scale.DISTANCE,
            Of.SHARES,
            "root of half the sum of squared differences of roots of shares; reference deciles or values, null and NaN"
                    + " apart"),
    /** Kolmogorov-Smirnov statistic: largest difference of the shares of rows at most x, over all x. From 0 to 1. */
    KS_STATISTIC(
            Scale.DISTANCE,
            Of.NUMBERS,
            "largest difference of the shares of rows at most x; NaN above the numbers, null above NaN"),
    /** Asymptotic p-value of the Kolmogorov-Smirnov statistic of two samples. */
    KS_P_VALUE(
            Scale.P_VALUE,
            Of.NUMBERS,
            "Kolmogorov-Smirnov of two samples, asymptotic; NaN above the numbers, null above NaN"),
    /** Wasserstein distance of order 1 (earth mover's), in the units of the column. From 0 up. */
    WASSERSTEIN(Scale.UNITS, Of.NUMBERS, "order 1, in the units of the column; null and NaN left out"),
    /** Wasserstein distance of order 1 over the standard deviation of the reference, as in Evidently. From 0 up. */
    WASSERSTEIN_BY_SD(
            Scale.DISTANCE,
            Of.NUMBERS,
            "order 1, over the population standard deviation of the reference or 0.001; null and NaN left out"),
    /** Asymptotic p-value of Pearson's chi-square of two samples (homogeneity). */
    CHI_SQUARE_P_VALUE(
            Scale.P_VALUE,
            Of.SHARES,
            "Pearson's chi-square of two samples, uncorrected; reference deciles or values, null and NaN apart"),
    /** None itself: a test where the reference has at most 1,000 rows, else a distance, after what the column holds. */
    BY_SAMPLE_SIZE(Scale.CHOSEN, Of.SHARES, "chosen after the rows of the reference");

    private final Scale scale;
    private final Of of;
    private final String meaning;

    Distance(Scale scale, Of of, String meaning) {
        this.scale = scale;
        this.of = of;
        this.meaning = meaning;
    }

    /** What its values are like. */
    private enum Scale {
        DISTANCE,
        P_VALUE,
        /** In the units of the column. */
        UNITS,
        CHOSEN
    }

    /** What it compares. */
    private enum Of {
        SHARES,
        NUMBERS
    }

    /**
     * From where on a value is worth a look, and from where on it is too much.
     *
     * @param warn beyond it a warning is due
     * @param breach beyond it, it is too much
     */
    public record Bounds(double warn, double breach) {}

    /** Its name in YAML and records. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its name and what exactly it is: what stands beside a stored number, so that it is never compared with a namesake. */
    public String definition() {
        return word() + ": " + meaning;
    }

    /** The bounds where a pipeline gives none; empty where there are none that suit every column. */
    public Optional<Bounds> bounds() {
        return switch (scale) {
            case DISTANCE -> Optional.of(new Bounds(0.1, 0.25));
            case P_VALUE -> Optional.of(new Bounds(0.05, 0.01));
            case UNITS, CHOSEN -> Optional.empty();
        };
    }

    /** Whether it is a p-value: the smaller, the further apart. */
    public boolean isTest() {
        return scale == Scale.P_VALUE;
    }

    /** Whether it needs numbers; the others take texts and booleans too. */
    public boolean needsNumbers() {
        return of == Of.NUMBERS;
    }

    /** Whether a value is further than a bound: below it for a test, above it for a distance. */
    public boolean isBeyond(double value, double bound) {
        return isTest() ? value < bound : value > bound;
    }
}
