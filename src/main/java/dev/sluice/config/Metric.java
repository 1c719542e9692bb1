package dev.sluice.config;

/** Metrics of a binary classifier, named as Spark ML and scikit-learn readers know them. */
public enum Metric {
    /** Area under the precision-recall curve (step-wise, as average precision). Higher is better. */
    AREA_UNDER_PR("areaUnderPR", true),
    /** Area under the ROC curve. Higher is better. */
    AREA_UNDER_ROC("areaUnderROC", true),
    /** F1 of the positive class at the decision threshold. Higher is better. */
    F1("f1", true),
    PRECISION("precision", true),
    RECALL("recall", true),
    ACCURACY("accuracy", true),
    /** Mean negative log likelihood, natural logarithm. Lower is better. */
    LOG_LOSS("logLoss", false),
    /** Mean squared difference of probability and label. Lower is better. */
    BRIER("brier", false),
    /** Expected calibration error over ten equally wide bins of the probability. Lower is better. */
    CALIBRATION_ERROR("calibrationError", false);

    private final String word;
    private final boolean higherIsBetter;

    Metric(String word, boolean higherIsBetter) {
        this.word = word;
        this.higherIsBetter = higherIsBetter;
    }

    /** Its name in YAML, records and MLflow. */
    public String word() {
        return word;
    }

    public boolean higherIsBetter() {
        return higherIsBetter;
    }
}
