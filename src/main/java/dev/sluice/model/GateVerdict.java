package dev.sluice.model;

import java.util.Locale;

/**
 * The verdict of a gate on one slice.
 *
 * @param gate its name in the pipeline file
 * @param metric the word of the metric, or {@code leakage}
 * @param found the selected model's metric, or the number of features that leak; NaN where that cannot be told
 * @param expected in words
 * @param rows of the slice
 */
public record GateVerdict(
        String gate, String metric, Slice slice, double found, String expected, Verdict verdict, long rows) {

    /** What came out. */
    public enum Verdict {
        PASS,
        FAIL,
        /** Too few rows, or of one class only. */
        INCONCLUSIVE;

        /** Its name in records and reports. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
