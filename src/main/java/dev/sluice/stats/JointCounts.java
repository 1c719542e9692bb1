package dev.sluice.stats;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How often values of a column come together with values of a label, both as numbers of 64 bits; null is a value of the column.
 * Those of disjoint rows merge into those of all.
 *
 * <p>Memory has a bound: of more than {@link #MOST} different values (labels: {@link #MOST_LABELS}) those with equal leading bits
 * are counted together, of as many bits as leave at most so many buckets. For numbers in order these are intervals. How many bits
 * that are depends on the values alone, not on their order or partitions. Not for use by several threads.
 */
public final class JointCounts implements Serializable {
    private static final long serialVersionUID = 1;

    /** So many different values are told apart. */
    public static final int MOST = 128;

    /** So many different labels are told apart. */
    public static final int MOST_LABELS = 16;

    private Map<Long, Map<Long, Long>> counts = new HashMap<>();
    private final Map<Long, Long> labels = new HashMap<>();
    private int shift;
    private int labelShift;

    /**
     * A row.
     *
     * @param value null where there is none
     */
    public void add(Long value, long label) {
        add(value == null ? null : value >> shift, label >> labelShift, 1);
        coarsen();
    }

    /** All rows of others, which stay as they are. */
    public void add(JointCounts other) {
        coarsen(Math.max(shift, other.shift), Math.max(labelShift, other.labelShift));
        other.counts.forEach((value, byLabel) -> byLabel.forEach((label, rows) -> add(
                value == null ? null : value >> (shift - other.shift),
                label >> (labelShift - other.labelShift),
                rows)));
        coarsen();
    }

    private void add(Long value, long label, long rows) {
        counts.computeIfAbsent(value, any -> new HashMap<>()).merge(label, rows, Long::sum);
        labels.merge(label, rows, Long::sum);
    }

    private void coarsen() {
        while (counts.size() - (counts.containsKey(null) ? 1 : 0) > MOST) {
            coarsen(shift + 1, labelShift);
        }
        while (labels.size() > MOST_LABELS) {
            coarsen(shift, labelShift + 1);
        }
    }

    private void coarsen(int newShift, int newLabelShift) {
        int by = newShift - shift;
        int labelBy = newLabelShift - labelShift;
        if (by == 0 && labelBy == 0) {
            return;
        }
        Map<Long, Map<Long, Long>> fine = counts;
        counts = new HashMap<>();
        labels.clear();
        shift = newShift;
        labelShift = newLabelShift;
        fine.forEach((value, byLabel) ->
                byLabel.forEach((label, rows) -> add(value == null ? null : value >> by, label >> labelBy, rows)));
    }

    /** Rows that were counted. */
    public long rows() {
        return labels.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Buckets that have rows, null among them. */
    public int buckets() {
        return counts.size();
    }

    /** Whether all values and labels are told apart. */
    public boolean isExact() {
        return shift == 0 && labelShift == 0;
    }

    /**
     * What a value tells of the label, in nats: the sum over all pairs of p(x, y) ln(p(x, y) / (p(x) p(y))) with p the shares of the
     * rows (Cover and Thomas, "Elements of information theory", 2.28), as {@code sklearn.metrics.mutual_info_score} computes it. Where
     * values are counted together it is that of the buckets, which is at most that of the values (data processing inequality).
     * 0 without rows.
     */
    public double mutualInformation() {
        double all = rows();
        double sum = 0;
        for (Map<Long, Long> byLabel : counts.values()) {
            double of = byLabel.values().stream().mapToLong(Long::longValue).sum();
            for (Map.Entry<Long, Long> label : byLabel.entrySet()) {
                double both = label.getValue();
                sum += both / all * Math.log(both * all / (of * Objects.requireNonNull(labels.get(label.getKey()))));
            }
        }
        return Math.max(0, sum);
    }

    /**
     * What it is found to be on average where value and label have nothing to do with one another, to the first order: (buckets - 1)
     * (labels - 1) / (2 rows), after Miller, "Note on the bias of information estimates" (1955). 0 without rows.
     */
    public double byChance() {
        long rows = rows();
        return rows == 0 ? 0 : (counts.size() - 1.0) * (labels.size() - 1.0) / (2.0 * rows);
    }

    /** What there is to tell of the label's buckets, in nats: the most that the mutual information can be. */
    public double labelEntropy() {
        double all = rows();
        return labels.values().stream()
                .mapToDouble(rows -> -rows / all * Math.log(rows / all))
                .sum();
    }
}
