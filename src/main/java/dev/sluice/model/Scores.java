package dev.sluice.model;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log;
import static org.apache.spark.sql.functions.log1p;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.sluice.stats.ScoreCounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Counts scored rows by group, in one pass and one job. */
public final class Scores {
    /** Column of the label: 0 or 1. */
    public static final String LABEL = "label";

    /** Column of the probability of 1. */
    public static final String PROBABILITY = "probability";

    private Scores() {}

    /**
     * The counts of each group.
     *
     * @param rows with the columns {@code label} and {@code probability} (numbers) and the groups
     * @param groups names of text columns
     * @return by the values of the groups, in their order
     */
    public static Map<List<String>, ScoreCounts> count(Dataset<Row> rows, List<String> groups) {
        Column p = col(PROBABILITY);
        Column positive = col(LABEL).equalTo(1);
        Column held = least(greatest(p, lit(ScoreCounts.EPSILON)), lit(1 - ScoreCounts.EPSILON));
        Column miss = p.minus(col(LABEL));
        Column bin = floor(p.multiply(ScoreCounts.RESOLUTION)).cast("int").as("bin");
        Column[] by =
                Stream.concat(groups.stream().map(g -> col(g)), Stream.of(bin)).toArray(Column[]::new);
        List<Row> counted = rows.groupBy(by)
                .agg(
                        sum(when(positive, 1L).otherwise(0L)),
                        sum(when(positive, 0L).otherwise(1L)),
                        sum(when(positive, log(held).multiply(-1))
                                .otherwise(log1p(held.multiply(-1)).multiply(-1))),
                        sum(miss.multiply(miss)))
                .orderBy(Stream.concat(groups.stream(), Stream.of("bin"))
                        .map(c -> col(c))
                        .toArray(Column[]::new))
                .collectAsList();
        Map<List<String>, ScoreCounts.Builder> builders = new LinkedHashMap<>();
        int at = groups.size();
        for (Row row : counted) {
            List<String> key = new ArrayList<>();
            for (int i = 0; i < at; i++) {
                key.add(row.getString(i));
            }
            builders.computeIfAbsent(List.copyOf(key), k -> new ScoreCounts.Builder())
                    .add(
                            row.getInt(at),
                            row.getLong(at + 1),
                            row.getLong(at + 2),
                            row.getDouble(at + 3),
                            row.getDouble(at + 4));
        }
        Map<List<String>, ScoreCounts> counts = new LinkedHashMap<>();
        builders.forEach((key, builder) -> counts.put(key, builder.build()));
        return counts;
    }
}
