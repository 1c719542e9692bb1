package dev.sluice.model;

import static org.apache.spark.sql.functions.col;

import dev.sluice.config.Train;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.Columns;
import dev.sluice.stats.CoMomentTable;
import dev.sluice.stats.CoMomentTable.Two;
import dev.sluice.stats.CoMoments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Finds numbers that cannot be right before anything is trained on them. */
final class Guards {
    private Guards() {}

    /**
     * Passes when every number has a finite value somewhere, varies enough and does not give the label away; one pass.
     *
     * @param rows training rows with the column {@code label}
     * @throws SluiceException TRAINING_FAILED naming every column that is out of bounds
     */
    static void check(Dataset<Row> rows, List<String> numbers, Train.Guards limits) {
        List<CoMoments> found = withLabel(rows, numbers);
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < numbers.size(); i++) {
            String column = numbers.get(i);
            long count = found.get(i).count();
            if (count == 0) {
                problems.add(column + " has no finite value in any training row");
                continue;
            }
            double variance = count == 1 ? 0 : found.get(i).squaresX() / (count - 1);
            double correlation = Math.abs(found.get(i).correlation());
            if (limits.minVariance().isPresent()
                    && variance < limits.minVariance().get()) {
                problems.add(said(
                        "variance of %s is %.4g, below min_variance %.4g",
                        column, variance, limits.minVariance().get()));
            }
            if (limits.maxLabelCorr().isPresent()
                    && correlation > limits.maxLabelCorr().get()) {
                problems.add(said(
                        "correlation of %s with the label is %.4f, above max_label_corr %.4f: it gives the label away",
                        column, correlation, limits.maxLabelCorr().get()));
            }
        }
        if (!problems.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.TRAINING_FAILED,
                    "features look wrong in the training rows: " + String.join("; ", problems),
                    "take the feature out or repair it, or change train.prepare.guards if it is right");
        }
    }

    /**
     * How each number varies with the label, of the rows where it is finite. Not by aggregates of Spark: three of each of thousands of
     * columns are compiled for longer than anything else of training takes.
     */
    private static List<CoMoments> withLabel(Dataset<Row> rows, List<String> numbers) {
        int label = numbers.size();
        List<Two> pairs =
                IntStream.range(0, label).mapToObj(i -> new Two(i, label)).toList();
        return rows
                .select(Stream.concat(numbers.stream(), Stream.of(Scores.LABEL))
                        .map(column -> col(Columns.quoted(column)).cast("double"))
                        .toArray(Column[]::new))
                .toJavaRDD()
                .mapPartitions(partition -> {
                    CoMomentTable table = new CoMomentTable(label + 1, pairs);
                    partition.forEachRemaining(row -> table.add(finite(row)));
                    return List.of(table.moments()).iterator();
                })
                .collect()
                .stream()
                .reduce(Collections.nCopies(label, CoMoments.NONE), Guards::merge);
    }

    /** NaN for all that is no finite number. */
    private static double[] finite(Row row) {
        double[] numbers = new double[row.length()];
        for (int i = 0; i < numbers.length; i++) {
            double number = row.isNullAt(i) ? Double.NaN : row.getDouble(i);
            numbers[i] = Double.isFinite(number) ? number : Double.NaN;
        }
        return numbers;
    }

    private static List<CoMoments> merge(List<CoMoments> left, List<CoMoments> right) {
        return IntStream.range(0, left.size())
                .mapToObj(i -> left.get(i).merge(right.get(i)))
                .toList();
    }

    private static String said(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
