package dev.sluice.step.push;

import dev.sluice.port.OnlineMatch;
import dev.sluice.port.OnlineView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What was found of the rows that were read back.
 *
 * @param rows that were compared
 * @param wrong of these, those of which a feature is not as it was pushed, though no younger row has taken its place
 * @param counts of each feature of the view, how many values were found as {@link OnlineMatch} says, in its order: those of the first
 *     feature, then those of the second
 */
record Matches(long rows, long wrong, List<Long> counts) {
    /** The kind of metadata. */
    static final String KIND = "online";

    static final StructType COLUMNS = new StructType()
            .add("project", DataTypes.StringType)
            .add("view", DataTypes.StringType)
            .add("feature", DataTypes.StringType)
            .add("table", DataTypes.StringType)
            .add("version", DataTypes.LongType)
            .add("compared", DataTypes.LongType)
            .add("equal", DataTypes.LongType)
            .add("missing", DataTypes.LongType)
            .add("older", DataTypes.LongType)
            .add("newer", DataTypes.LongType)
            .add("differing", DataTypes.LongType);

    private static final List<OnlineMatch> KINDS = List.of(OnlineMatch.values());

    Matches {
        counts = List.copyOf(counts);
    }

    /** How many values of a feature were found like this. */
    long of(int feature, OnlineMatch match) {
        return counts.get(feature * KINDS.size() + KINDS.indexOf(match));
    }

    /** Names of the features of which some value is wrong. */
    List<String> wrongFeatures(OnlineView view) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < view.features().size(); i++) {
            for (OnlineMatch match : KINDS) {
                if (match.isWrong() && of(i, match) > 0) {
                    names.add(view.features().get(i).name());
                    break;
                }
            }
        }
        return names;
    }

    /** For the record of a run: values of all features together. */
    Map<String, String> facts() {
        Map<String, String> facts = new TreeMap<>(Map.of("rows_read_back", Long.toString(rows)));
        for (OnlineMatch match : KINDS) {
            long all = 0;
            for (int i = 0; i < counts.size() / KINDS.size(); i++) {
                all += of(i, match);
            }
            facts.put("values_" + match.name().toLowerCase(Locale.ROOT), Long.toString(all));
        }
        return facts;
    }

    /** A row for each feature. */
    List<Row> rows(OnlineView view, String table, long version) {
        List<Row> features = new ArrayList<>();
        for (int i = 0; i < view.features().size(); i++) {
            features.add(RowFactory.create(
                    view.project(),
                    view.name(),
                    view.features().get(i).name(),
                    table,
                    version,
                    rows,
                    of(i, OnlineMatch.EQUAL),
                    of(i, OnlineMatch.MISSING),
                    of(i, OnlineMatch.OLDER),
                    of(i, OnlineMatch.NEWER),
                    of(i, OnlineMatch.DIFFERING)));
        }
        return features;
    }

    /** Counts while rows are read. */
    static final class Counter {
        private final long[] counts;
        private long rows;
        private long wrong;

        Counter(int features) {
            counts = new long[features * KINDS.size()];
        }

        void add(List<OnlineMatch> matches) {
            rows++;
            if (matches.stream().anyMatch(OnlineMatch::isWrong)) {
                wrong++;
            }
            for (int i = 0; i < matches.size(); i++) {
                counts[i * KINDS.size() + KINDS.indexOf(matches.get(i))]++;
            }
        }

        void add(Matches other) {
            rows += other.rows;
            wrong += other.wrong;
            for (int i = 0; i < counts.length; i++) {
                counts[i] += other.counts.get(i);
            }
        }

        Matches done() {
            List<Long> all = new ArrayList<>();
            for (long count : counts) {
                all.add(count);
            }
            return new Matches(rows, wrong, all);
        }
    }
}
