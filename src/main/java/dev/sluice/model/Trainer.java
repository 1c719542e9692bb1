package dev.sluice.model;

import static org.apache.spark.sql.functions.col;

import dev.sluice.config.Train;
import dev.sluice.frame.Columns;
import dev.sluice.model.Search.Fit;
import dev.sluice.model.Search.Outcome;
import dev.sluice.stats.Classification;
import dev.sluice.stats.ScoreCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Fits every trial of a search to the same prepared rows.
 *
 * @param key columns that identify a row
 * @param features columns that the models read
 * @param threshold probability from which the decision is 1
 */
public record Trainer(Train settings, List<String> key, List<String> features, double threshold) {
    /** Column with the word of a row's {@link Part}. */
    public static final String SPLIT = "split";

    /**
     * Up to so many rows are one partition, in the order of their key: then every sum is made in one order, and the same rows
     * give the same bits on any machine. Beyond, results may differ in the last digits.
     */
    private static final long ROWS_PER_PARTITION = 500_000;

    public Trainer {
        key = List.copyOf(key);
        features = List.copyOf(features);
    }

    /**
     * Prepares the rows once, then fits and measures every trial.
     *
     * @param training rows with key, features, {@code label} and {@code split}
     * @param count number of rows that are not for test
     * @param told hears of each outcome as it comes
     * @throws dev.sluice.core.SluiceException PLAN_INVALID for features no model can read, TRAINING_FAILED for those that
     *     guards stop
     */
    public Search<PipelineModel> search(Dataset<Row> training, long count, Consumer<Outcome<PipelineModel>> told) {
        ModelColumns columns = ModelColumns.of(
                new StructType(
                        features.stream().map(f -> training.schema().apply(f)).toArray(StructField[]::new)),
                settings.prepare().categorical());
        Dataset<Row> rows = training.where(col(SPLIT).isin(Part.TRAIN.word(), Part.VALIDATE.word()))
                .repartition((int) (1 + count / ROWS_PER_PARTITION), columns(key))
                .sortWithinPartitions(columns(key))
                .persist(StorageLevel.MEMORY_AND_DISK());
        Dataset<Row> prepared = null;
        try {
            Dataset<Row> train = part(rows, Part.TRAIN);
            Guards.check(train, columns.numbers(), settings.prepare().guards());
            PipelineModel preparation = Preparation.fit(train, columns, settings.prepare());
            prepared = preparation
                    .transform(rows)
                    .select(Stream.concat(key.stream(), Stream.of(Preparation.FEATURES, Scores.LABEL, SPLIT))
                            .map(c -> col(Columns.quoted(c)))
                            .toArray(Column[]::new))
                    .persist(StorageLevel.MEMORY_AND_DISK());
            prepared.count();
            rows.unpersist();
            // Without the plan behind it, which is as wide as the features: each trial would go through it again.
            Dataset<Row> ready = prepared.sparkSession().createDataFrame(prepared.toJavaRDD(), prepared.schema());
            Learner learner = new Learner(
                    Slots.of(preparation), key, settings.prepare().numeric().scale(), settings.seed(), threshold);
            return Search.run(
                    Trial.all(settings.candidates()),
                    settings.search(),
                    trial -> fit(trial, learner, preparation, ready),
                    told);
        } finally {
            rows.unpersist();
            if (prepared != null) {
                prepared.unpersist();
            }
        }
    }

    private Fit<PipelineModel> fit(Trial trial, Learner learner, PipelineModel preparation, Dataset<Row> prepared) {
        Transformer classifier = learner.fit(trial.settings(), trial.params(), part(prepared, Part.TRAIN));
        Map<List<String>, ScoreCounts> counts = Scores.count(
                classifier
                        .transform(prepared)
                        .select(
                                col(SPLIT),
                                col(Scores.LABEL),
                                Models.probability().as(Scores.PROBABILITY)),
                List.of(SPLIT));
        List<Transformer> stages = new ArrayList<>(List.of(preparation.stages()));
        stages.add(classifier);
        return new Fit<>(new PipelineModel("model", stages), value(counts, Part.TRAIN), value(counts, Part.VALIDATE));
    }

    private double value(Map<List<String>, ScoreCounts> counts, Part part) {
        ScoreCounts of = counts.getOrDefault(List.of(part.word()), ScoreCounts.none());
        return Classification.of(of, threshold).value(settings.search().metric());
    }

    private static Dataset<Row> part(Dataset<Row> rows, Part part) {
        return rows.where(col(SPLIT).equalTo(part.word()));
    }

    private static Column[] columns(List<String> names) {
        return names.stream().map(c -> col(Columns.quoted(c))).toArray(Column[]::new);
    }
}
