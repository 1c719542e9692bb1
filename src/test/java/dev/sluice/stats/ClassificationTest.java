package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.config.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ClassificationTest {
    private static final Offset<Double> EXACT = within(1e-12);
    private static final double[] SCORES = {
        0.05, 0.9, 0.35, 0.8, 0.35, 0.62, 0.1, 0.5, 0.71, 0.2, 0.0, 1.0, 0.49999, 0.62
    };
    private static final int[] LABELS = {0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1};

    /** Values of scikit-learn 1.9.1 for SCORES and LABELS. */
    @Test
    void saysWhatScikitLearnSays() {
        Classification found = Classification.of(counts(SCORES, LABELS), 0.5);

        assertThat(found.rows()).isEqualTo(14);
        assertThat(found.positives()).isEqualTo(8);
        assertThat(found.value(Metric.AREA_UNDER_PR)).isCloseTo(0.9206845238095238, EXACT);
        assertThat(found.value(Metric.AREA_UNDER_ROC)).isCloseTo(0.9166666666666667, EXACT);
        assertThat(found.value(Metric.F1)).isCloseTo(0.8, EXACT);
        assertThat(found.value(Metric.PRECISION)).isCloseTo(0.8571428571428571, EXACT);
        assertThat(found.value(Metric.RECALL)).isCloseTo(0.75, EXACT);
        assertThat(found.value(Metric.ACCURACY)).isCloseTo(0.7857142857142857, EXACT);
        assertThat(found.value(Metric.LOG_LOSS)).isCloseTo(0.3830950690281521, EXACT);
        assertThat(found.value(Metric.BRIER)).isCloseTo(0.1257435714357143, EXACT);
    }

    /** scikit-learn 1.9.1: log_loss([1, 0, 1], [0.0, 1.0, 0.25]). */
    @Test
    void holdsCertaintiesThatWereWrongAtTheMachineEpsilon() {
        Classification found = Classification.of(counts(new double[] {0.0, 1.0, 0.25}, new int[] {1, 0, 1}), 0.5);

        assertThat(found.value(Metric.LOG_LOSS)).isCloseTo(24.491200379784733, within(1e-9));
    }

    @Test
    void agreesWithTheRawScoresOfManyRows() {
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            int n = 50 + random.nextInt(400);
            double[] scores = new double[n];
            int[] labels = new int[n];
            for (int i = 0; i < n; i++) {
                scores[i] = random.nextInt(4) == 0 ? random.nextInt(11) / 10.0 : random.nextDouble();
                labels[i] = random.nextDouble() < scores[i] ? 1 : 0;
            }
            labels[0] = 1;
            labels[1] = 0;
            Classification found = Classification.of(counts(scores, labels), 0.25);

            assertThat(found.value(Metric.AREA_UNDER_ROC)).isCloseTo(pairsRankedRight(scores, labels), within(1e-3));
            assertThat(found.value(Metric.AREA_UNDER_PR)).isCloseTo(averagePrecision(scores, labels), within(1e-3));
            assertThat(found.value(Metric.CALIBRATION_ERROR)).isCloseTo(calibrationError(scores, labels), within(2e-5));
            assertThat(found.areaUnderRocRange().low()).isBetween(0.0, found.value(Metric.AREA_UNDER_ROC));
            assertThat(found.areaUnderRocRange().high()).isBetween(found.value(Metric.AREA_UNDER_ROC), 1.0);
        }
    }

    /** Hanley and McNeil, Radiology 143 (1982): area 0.893, 51 abnormal and 58 normal, standard error 0.032. */
    @Test
    void theRangeIsThatOfHanleyAndMcNeil() {
        ScoreCounts.Builder rows = new ScoreCounts.Builder();
        int[] normal = {33, 6, 6, 11, 2};
        int[] abnormal = {3, 2, 2, 11, 33};
        for (int rating = 0; rating < 5; rating++) {
            rows.add(rating, abnormal[rating], normal[rating], 0, 0);
        }
        Classification found = Classification.of(rows.build(), 0.5);

        assertThat(found.value(Metric.AREA_UNDER_ROC)).isCloseTo(0.893, within(5e-4));
        Classification.Range range = found.areaUnderRocRange();
        assertThat((range.high() - range.low()) / 2 / 1.96).isCloseTo(0.032, within(1e-3));
    }

    @Test
    void mergedCountsAreTheCountsOfAllRows() {
        ScoreCounts left = counts(new double[] {0.1, 0.5, 0.5}, new int[] {0, 1, 0});
        ScoreCounts right = counts(new double[] {0.5, 0.9}, new int[] {1, 1});
        ScoreCounts all = counts(new double[] {0.1, 0.5, 0.5, 0.5, 0.9}, new int[] {0, 1, 0, 1, 1});

        assertThat(left.merge(right).bins()).isEqualTo(all.bins());
        assertThat(left.merge(right).logLossSum()).isCloseTo(all.logLossSum(), EXACT);
        assertThat(left.merge(right).squareSum()).isCloseTo(all.squareSum(), EXACT);
        assertThat(left.merge(ScoreCounts.none())).isEqualTo(left);
        assertThat(right.merge(left).bins()).isEqualTo(all.bins());
    }

    @Test
    void whatTheRowsCannotTellIsNotANumber() {
        Classification nothing = Classification.of(ScoreCounts.none(), 0.5);
        for (Metric metric : Metric.values()) {
            assertThat(nothing.value(metric)).as(metric.word()).isNaN();
        }
        Classification noPositives = Classification.of(counts(new double[] {0.1, 0.9}, new int[] {0, 0}), 0.5);
        assertThat(noPositives.value(Metric.AREA_UNDER_PR)).isNaN();
        assertThat(noPositives.value(Metric.AREA_UNDER_ROC)).isNaN();
        assertThat(noPositives.value(Metric.RECALL)).isNaN();
        assertThat(noPositives.value(Metric.F1)).isNaN();
        assertThat(noPositives.value(Metric.ACCURACY)).isEqualTo(0.5);
        assertThat(noPositives.roc()).isEmpty();
        assertThat(noPositives.precisionRecall()).isEmpty();
        Classification neverPositive = Classification.of(counts(new double[] {0.2, 0.2}, new int[] {0, 1}), 0.5);
        assertThat(neverPositive.value(Metric.PRECISION)).isZero();
        assertThat(neverPositive.value(Metric.F1)).isZero();
        assertThat(neverPositive.value(Metric.AREA_UNDER_ROC)).isEqualTo(0.5);
        assertThat(neverPositive.value(Metric.AREA_UNDER_PR)).isEqualTo(0.5);
    }

    @Test
    void curvesGoFromEndToEnd() {
        Classification found = Classification.of(counts(SCORES, LABELS), 0.5);

        assertThat(found.roc()).startsWith(new Classification.Point(0, 0)).endsWith(new Classification.Point(1, 1));
        assertThat(found.precisionRecall().get(0)).isEqualTo(new Classification.Point(1.0 / 8, 1));
        assertThat(found.precisionRecall()).endsWith(new Classification.Point(1, 8.0 / 14));
        assertThat(found.calibration().stream()
                        .mapToLong(Classification.CalibrationBin::rows)
                        .sum())
                .isEqualTo(14);
    }

    @Test
    void refusesWhatIsNoProbability() {
        assertThatThrownBy(() -> ScoreCounts.bin(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a probability is a number from 0 to 1, found NaN");
        assertThatThrownBy(() -> ScoreCounts.bin(1.0000001)).hasMessageContaining("found 1.0000001");
        assertThatThrownBy(() -> Classification.of(ScoreCounts.none(), -0.1))
                .hasMessage("a threshold is a number from 0 to 1, found -0.1");
        assertThatThrownBy(
                        () -> new ScoreCounts.Builder().add(65537, 1, 0, 0, 0).build())
                .hasMessageContaining("found 65537");
    }

    private static ScoreCounts counts(double[] scores, int[] labels) {
        ScoreCounts.Builder rows = new ScoreCounts.Builder();
        for (int i = 0; i < scores.length; i++) {
            rows.add(scores[i], labels[i] == 1);
        }
        return rows.build();
    }

    private static double pairsRankedRight(double[] scores, int[] labels) {
        double right = 0;
        long pairs = 0;
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores.length; j++) {
                if (labels[i] == 1 && labels[j] == 0) {
                    pairs++;
                    right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }
        return right / pairs;
    }

    private static double averagePrecision(double[] scores, int[] labels) {
        double sum = 0;
        double recallBefore = 0;
        List<Double> thresholds = new ArrayList<>();
        for (double score : scores) {
            thresholds.add(score);
        }
        for (double threshold : thresholds.stream()
                .distinct()
                .sorted((a, b) -> Double.compare(b, a))
                .toList()) {
            int right = 0;
            int decided = 0;
            int positives = 0;
            for (int i = 0; i < scores.length; i++) {
                positives += labels[i];
                if (scores[i] >= threshold) {
                    decided++;
                    right += labels[i];
                }
            }
            double recall = (double) right / positives;
            sum += (recall - recallBefore) * right / decided;
            recallBefore = recall;
        }
        return sum;
    }

    private static double calibrationError(double[] scores, int[] labels) {
        double[] predicted = new double[10];
        double[] observed = new double[10];
        for (int i = 0; i < scores.length; i++) {
            // A score on a tenth stands in a 2^-16 bin whose middle lies above or below it; the definition goes by the
            // middle.
            double middle = Math.min(1, (Math.floor(scores[i] * 65536) + 0.5) / 65536);
            int bin = Math.min(9, (int) (middle * 10));
            predicted[bin] += scores[i];
            observed[bin] += labels[i];
        }
        double sum = 0;
        for (int bin = 0; bin < 10; bin++) {
            sum += Math.abs(observed[bin] - predicted[bin]);
        }
        return sum / scores.length;
    }
}
