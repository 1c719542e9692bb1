package dev.sluice.stats;

import dev.sluice.config.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Metrics of a binary classifier on counted scores. Rows of one bin count as tied, so that a ranking metric differs from
 * that of the raw scores only by pairs closer than 2<sup>-16</sup>; log loss and Brier score are exact. A metric that
 * these rows cannot tell (no rows, or a class without rows) is NaN.
 *
 * <p>Definitions, n rows, label y, probability p, decision 1 where p is at least the threshold:
 *
 * <ul>
 *   <li>areaUnderPR: average precision, the sum of (R<sub>k</sub> - R<sub>k-1</sub>) P<sub>k</sub> over falling scores,
 *       without interpolation (scikit-learn {@code average_precision_score});
 *   <li>areaUnderROC: share of the pairs of a positive and a negative that are ranked right, a tie counting half
 *       (Mann-Whitney; Hanley and McNeil, Radiology 143, 1982);
 *   <li>precision tp / (tp + fp), 0 when nothing is decided 1; recall tp / (tp + fn); f1 2 tp / (2 tp + fp + fn);
 *       accuracy (tp + tn) / n (scikit-learn, {@code zero_division=0});
 *   <li>logLoss: mean of -ln of the probability of the true class ({@link ScoreCounts#logLoss}); brier: mean of (p - y)²
 *       (Brier, Monthly Weather Review 78, 1950);
 *   <li>calibrationError: over ten equally wide bins of p, the mean, weighted by rows, of |share of positives - mean p|
 *       (expected calibration error; Guo et al., ICML 2017), p taken as the middle of its 2<sup>-16</sup>.
 * </ul>
 */
public final class Classification {
    private static final int CALIBRATION_BINS = 10;

    private final ScoreCounts counts;
    private final long rows;
    private final long positives;
    private final long truePositives;
    private final long falsePositives;

    private Classification(ScoreCounts counts, double threshold) {
        this.counts = counts;
        this.rows = counts.rows();
        this.positives = counts.positives();
        // The nearest edge of a bin. Exact for thresholds such as 0.5 and 0.25; a row within 2^-17 may fall on the
        // other side else.
        int first = (int) Math.round(threshold * ScoreCounts.RESOLUTION);
        long decidedRight = 0;
        long decidedWrong = 0;
        for (ScoreCounts.Bin bin : counts.bins().tailMap(first).values()) {
            decidedRight += bin.positives();
            decidedWrong += bin.negatives();
        }
        this.truePositives = decidedRight;
        this.falsePositives = decidedWrong;
    }

    /**
     * Metrics of these counts.
     *
     * @param threshold probability from which the decision is 1
     */
    public static Classification of(ScoreCounts counts, double threshold) {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("a threshold is a number from 0 to 1, found " + threshold);
        }
        return new Classification(counts, threshold);
    }

    public long rows() {
        return rows;
    }

    /** Rows whose label is 1. */
    public long positives() {
        return positives;
    }

    /** The value of a metric; NaN where these rows cannot tell it. */
    public double value(Metric metric) {
        if (rows == 0) {
            return Double.NaN;
        }
        return switch (metric) {
            case AREA_UNDER_PR -> averagePrecision();
            case AREA_UNDER_ROC -> areaUnderRoc();
            case F1 -> positives == 0 ? Double.NaN : 2.0 * truePositives / (truePositives + falsePositives + positives);
            case PRECISION -> truePositives == 0 ? 0 : (double) truePositives / (truePositives + falsePositives);
            case RECALL -> (double) truePositives / positives;
            case ACCURACY -> (double) (truePositives + negatives() - falsePositives) / rows;
            case LOG_LOSS -> counts.logLossSum() / rows;
            case BRIER -> counts.squareSum() / rows;
            case CALIBRATION_ERROR -> calibrationError();
        };
    }

    /**
     * A 95 % interval of the area under the ROC curve: the value plus and minus 1.96 standard errors of Hanley and McNeil
     * (Radiology 143, 1982, formula 1), cut at 0 and 1. NaN ends where there is no value.
     */
    public Range areaUnderRocRange() {
        double area = value(Metric.AREA_UNDER_ROC);
        double q1 = area / (2 - area);
        double q2 = 2 * area * area / (1 + area);
        double variance =
                (area * (1 - area) + (positives - 1) * (q1 - area * area) + (negatives() - 1) * (q2 - area * area))
                        / ((double) positives * negatives());
        double half = 1.96 * Math.sqrt(variance);
        return new Range(Math.max(0, area - half), Math.min(1, area + half));
    }

    /** From a lower to an upper value. */
    public record Range(double low, double high) {}

    /** A point of a curve. */
    public record Point(double x, double y) {}

    /** False-positive rate and true-positive rate at each distinct score, from (0, 0) to (1, 1); empty without both classes. */
    public List<Point> roc() {
        if (positives == 0 || negatives() == 0) {
            return List.of();
        }
        List<Point> points = new ArrayList<>();
        points.add(new Point(0, 0));
        long right = 0;
        long wrong = 0;
        for (Map.Entry<Integer, ScoreCounts.Bin> entry : counts.falling()) {
            right += entry.getValue().positives();
            wrong += entry.getValue().negatives();
            points.add(new Point((double) wrong / negatives(), (double) right / positives));
        }
        return List.copyOf(points);
    }

    /** Recall and precision at each distinct score, falling; empty without positives. */
    public List<Point> precisionRecall() {
        if (positives == 0) {
            return List.of();
        }
        List<Point> points = new ArrayList<>();
        long right = 0;
        long decided = 0;
        for (Map.Entry<Integer, ScoreCounts.Bin> entry : counts.falling()) {
            right += entry.getValue().positives();
            decided += entry.getValue().positives() + entry.getValue().negatives();
            points.add(new Point((double) right / positives, (double) right / decided));
        }
        return List.copyOf(points);
    }

    /**
     * One of ten equally wide bins of the probability.
     *
     * @param predicted mean probability of its rows
     * @param observed share of positives among them
     */
    public record CalibrationBin(double predicted, double observed, long rows) {}

    /** The occupied ones of ten equally wide bins, rising. */
    public List<CalibrationBin> calibration() {
        double[] predicted = new double[CALIBRATION_BINS];
        long[] right = new long[CALIBRATION_BINS];
        long[] all = new long[CALIBRATION_BINS];
        counts.bins().forEach((number, bin) -> {
            double middle = Math.min(1, (number + 0.5) / ScoreCounts.RESOLUTION);
            int wide = Math.min(CALIBRATION_BINS - 1, (int) (middle * CALIBRATION_BINS));
            long binRows = bin.positives() + bin.negatives();
            predicted[wide] += middle * binRows;
            right[wide] += bin.positives();
            all[wide] += binRows;
        });
        List<CalibrationBin> bins = new ArrayList<>();
        for (int i = 0; i < CALIBRATION_BINS; i++) {
            if (all[i] > 0) {
                bins.add(new CalibrationBin(predicted[i] / all[i], (double) right[i] / all[i], all[i]));
            }
        }
        return List.copyOf(bins);
    }

    private long negatives() {
        return rows - positives;
    }

    private double averagePrecision() {
        if (positives == 0) {
            return Double.NaN;
        }
        double sum = 0;
        double recall = 0;
        for (Point point : precisionRecall()) {
            sum += (point.x() - recall) * point.y();
            recall = point.x();
        }
        return sum;
    }

    private double areaUnderRoc() {
        double rankedRight = 0;
        long negativesBelow = 0;
        for (ScoreCounts.Bin bin : counts.bins().values()) {
            rankedRight += bin.positives() * (negativesBelow + bin.negatives() / 2.0);
            negativesBelow += bin.negatives();
        }
        return rankedRight / ((double) positives * negatives());
    }

    private double calibrationError() {
        return calibration().stream()
                        .mapToDouble(bin -> bin.rows() * Math.abs(bin.observed() - bin.predicted()))
                        .sum()
                / rows;
    }
}
