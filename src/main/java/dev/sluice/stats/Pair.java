package dev.sluice.stats;

import java.util.Optional;

/**
 * What a column has to do with the label.
 *
 * @param rows with a label
 * @param correlation Pearson's, of the rows that have both; empty where either is no number, or where there is none
 * @param information mutual information in nats, as {@link JointCounts#mutualInformation} defines it
 * @param exact whether that is of the values themselves; else it is a lower bound
 * @param byChance what it would be on average if both had nothing to do with one another
 * @param most what it is at most: the entropy of the label, as far as its values are told apart
 */
public record Pair(
        long rows, Optional<Double> correlation, double information, boolean exact, double byChance, double most) {
    /** What is left of the information when chance is taken away; what pairs are ranked by. */
    public double beyondChance() {
        return information - byChance;
    }

    /** The share of what there is to tell of the label; 0 where there is nothing. */
    public double told() {
        return most > 0 ? information / most : 0;
    }
}
