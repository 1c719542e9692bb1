package dev.sluice.frame;

import dev.sluice.stats.CoMomentTable;
import dev.sluice.stats.CoMomentTable.Two;
import dev.sluice.stats.CoMoments;
import dev.sluice.stats.Correlations;
import dev.sluice.stats.JointCounts;
import dev.sluice.stats.Pair;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** What one task finds of rows that are profiled and whose columns are compared. */
final class PairCounts {
    private final Asked asked;
    private final int first;
    private final PartitionProfile profile;
    private final CoMomentTable moments;
    private final List<JointCounts> joints;
    private final double[] numbers;

    PairCounts(Asked asked) {
        this.asked = asked;
        this.first = asked.schema().length();
        this.profile = new PartitionProfile(asked.schema());
        this.moments = new CoMomentTable(asked.numbers(), asked.pairs());
        this.joints = asked.joints();
        this.numbers = new double[asked.numbers()];
    }

    /**
     * What is to be counted. Rows have the columns of the schema, as a {@link PartitionProfile} takes them, and after them those that
     * are compared.
     *
     * @param compared names of these
     * @param numbers so many of them are doubles; they come first, the others are 64 bits each
     * @param correlations whether each two of the numbers are compared
     * @param label which of the columns all are compared with; {@link #NONE} where there is none
     */
    record Asked(StructType schema, List<String> compared, int numbers, boolean correlations, int label)
            implements Serializable {
        static final int NONE = -1;

        /** Pairs of numbers: each two, those of the label, or none. */
        private List<Two> pairs() {
            if (correlations) {
                return Correlations.pairs(numbers);
            }
            boolean labels = label != NONE && label < numbers;
            return IntStream.range(0, labels ? numbers : 0)
                    .filter(number -> number != label)
                    .mapToObj(number -> new Two(number, label))
                    .toList();
        }

        /** One for each column that is compared with a label. */
        private List<JointCounts> joints() {
            return Stream.generate(JointCounts::new)
                    .limit(label == NONE ? 0 : compared.size())
                    .toList();
        }
    }

    void add(Row row) {
        profile.addPublic(row);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = row.isNullAt(first + i) ? Double.NaN : row.getDouble(first + i);
        }
        moments.add(numbers);
        if (asked.label() != Asked.NONE && !row.isNullAt(first + asked.label())) {
            long label = bits(row, asked.label());
            for (int i = 0; i < joints.size(); i++) {
                joints.get(i).add(row.isNullAt(first + i) ? null : (Long) bits(row, i), label);
            }
        }
    }

    /** In the order of the values, where these have one. */
    private long bits(Row row, int column) {
        if (column >= numbers.length) {
            return row.getLong(first + column);
        }
        long bits = Double.doubleToLongBits(row.getDouble(first + column) + 0.0);
        return bits < 0 ? bits ^ Long.MAX_VALUE : bits;
    }

    /** What a task sends to the driver. */
    static final class Part implements Serializable {
        private static final long serialVersionUID = 1;

        private final byte[] profile;
        private final List<CoMoments> moments;
        private final List<JointCounts> joints;

        private Part(PairCounts counts) {
            this.profile = counts.profile.encoded();
            this.moments = counts.moments.moments();
            this.joints = counts.joints;
        }
    }

    Part part() {
        return new Part(this);
    }

    /** All rows, from what the tasks sent, in the order of their partitions. */
    static Pairs.Scan merge(Asked asked, List<Part> parts) {
        List<CoMoments> moments = merged(asked, parts);
        return new Pairs.Scan(
                PartitionProfile.merge(
                        asked.schema(), parts.stream().map(part -> part.profile).toList()),
                asked.correlations()
                        ? Optional.of(Correlations.of(asked.compared().subList(0, asked.numbers()), moments))
                        : Optional.empty(),
                labelled(asked, parts, moments));
    }

    private static List<CoMoments> merged(Asked asked, List<Part> parts) {
        List<CoMoments> all = new ArrayList<>();
        int pairs = asked.pairs().size();
        for (int i = 0; i < pairs; i++) {
            CoMoments pair = CoMoments.NONE;
            for (Part part : parts) {
                pair = pair.merge(part.moments.get(i));
            }
            all.add(pair);
        }
        return all;
    }

    private static Map<String, Pair> labelled(Asked asked, List<Part> parts, List<CoMoments> moments) {
        List<JointCounts> joints = asked.joints();
        Map<Integer, Double> correlations = correlations(asked, moments);
        Map<String, Pair> pairs = new HashMap<>();
        for (int i = 0; i < joints.size(); i++) {
            JointCounts joint = joints.get(i);
            for (Part part : parts) {
                joint.add(part.joints.get(i));
            }
            if (i != asked.label()) {
                pairs.put(
                        asked.compared().get(i),
                        new Pair(
                                joint.rows(),
                                Optional.ofNullable(correlations.get(i)),
                                joint.mutualInformation(),
                                joint.isExact(),
                                joint.byChance(),
                                joint.labelEntropy()));
            }
        }
        return pairs;
    }

    /** With the label, of the columns that have one. */
    private static Map<Integer, Double> correlations(Asked asked, List<CoMoments> moments) {
        Map<Integer, Double> found = new HashMap<>();
        List<Two> pairs = asked.pairs();
        for (int i = 0; i < pairs.size(); i++) {
            Two two = pairs.get(i);
            double correlation = moments.get(i).correlation();
            if (!Double.isNaN(correlation) && (two.first() == asked.label() || two.second() == asked.label())) {
                found.put(two.first() == asked.label() ? two.second() : two.first(), correlation);
            }
        }
        return found;
    }
}
