package dev.sluice.step.train;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.isnull;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.sluice.config.Train;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.Columns;
import dev.sluice.model.Part;
import dev.sluice.model.Trainer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows of validate and test that training has seen already: a model that remembers them looks better than it is.
 *
 * @param rows by part, those with the features of a training row; features are compared by a hash of 64 bits
 * @param entities by part, those whose entity has training rows; empty where no entity is declared. A row without any of the
 *     entity's columns is of none
 */
record SharedRows(Map<Part, Long> rows, Optional<Map<Part, Long>> entities) {
    private static final List<Part> JUDGED = List.of(Part.VALIDATE, Part.TEST);
    private static final String ROW = "row";
    private static final String ENTITY = "entity";

    /** Counts them in one pass with one shuffle of hashes. */
    static SharedRows count(Dataset<Row> parts, List<String> features, List<String> entity) {
        List<Column> kinds = new ArrayList<>();
        kinds.add(struct(lit(ROW).as("kind"), hash(features).as("hash")));
        if (!entity.isEmpty()) {
            Column some = entity.stream()
                    .map(name -> col(Columns.quoted(name)).isNotNull())
                    .reduce(Column::or)
                    .orElseThrow();
            kinds.add(struct(lit(ENTITY).as("kind"), when(some, hash(entity)).as("hash")));
        }
        Dataset<Row> seen = parts.select(
                        col(Trainer.SPLIT),
                        explode(array(kinds.toArray(Column[]::new))).as("of"))
                .where(col("of.hash").isNotNull())
                .groupBy("of.kind", "of.hash")
                .agg(
                        rowsOf(Part.TRAIN).as(Part.TRAIN.word()),
                        rowsOf(Part.VALIDATE).as(Part.VALIDATE.word()),
                        rowsOf(Part.TEST).as(Part.TEST.word()))
                .where(col(Part.TRAIN.word()).gt(0));
        Map<String, Map<Part, Long>> found = new LinkedHashMap<>();
        seen.groupBy("kind")
                .agg(sum(Part.VALIDATE.word()), sum(Part.TEST.word()))
                .collectAsList()
                .forEach(row -> found.put(row.getString(0), byPart(row.getLong(1), row.getLong(2))));
        return new SharedRows(
                found.getOrDefault(ROW, byPart(0, 0)),
                entity.isEmpty() ? Optional.empty() : Optional.of(found.getOrDefault(ENTITY, byPart(0, 0))));
    }

    /**
     * Passes when no more is shared than may be.
     *
     * @param counts how many rows each part has
     * @throws SluiceException TRAINING_FAILED naming every share above its limit
     */
    void require(Train.Shared limits, Map<Part, TrainingRows.Counts> counts) {
        List<String> problems = new ArrayList<>();
        for (Part part : JUDGED) {
            long all = counts.get(part).rows();
            limits.maxRows()
                    .filter(limit -> rows.get(part) > limit * all)
                    .ifPresent(limit -> problems.add(said(
                            part, rows.get(part), all, "have all features of a training row, above max_rows", limit)));
            limits.maxEntities()
                    .filter(limit -> entities.orElseThrow().get(part) > limit * all)
                    .ifPresent(limit -> problems.add(said(
                            part,
                            entities.orElseThrow().get(part),
                            all,
                            "are of an entity (" + String.join(", ", limits.entity())
                                    + ") with training rows, above max_entities",
                            limit)));
        }
        if (!problems.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.TRAINING_FAILED,
                    "training has seen what would judge it: " + String.join("; ", problems),
                    "split by what repeats (train.split.hash), take repeated rows out, or change train.split.shared if it is"
                            + " right");
        }
    }

    /** {@code shared_rows_validate}, {@code shared_rows_test}; {@code shared_entities_validate}, {@code shared_entities_test}. */
    Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        for (Part part : JUDGED) {
            facts.put("shared_rows_" + part.word(), String.valueOf(rows.get(part)));
            entities.ifPresent(known -> facts.put("shared_entities_" + part.word(), String.valueOf(known.get(part))));
        }
        return facts;
    }

    /** In words. */
    String text() {
        return rows.get(Part.VALIDATE) + " validate and " + rows.get(Part.TEST)
                + " test rows have all features of a training row"
                + entities.map(known -> ", " + known.get(Part.VALIDATE) + " and " + known.get(Part.TEST)
                                + " are of an entity with training rows")
                        .orElse("");
    }

    private static String said(Part part, long shared, long all, String what, double limit) {
        return String.format(
                Locale.ROOT,
                "%,d of %,d %s rows (%.4f) %s %s",
                shared,
                all,
                part.word(),
                (double) shared / all,
                what,
                limit);
    }

    private static Map<Part, Long> byPart(long validate, long test) {
        Map<Part, Long> counts = new EnumMap<>(Part.class);
        counts.put(Part.VALIDATE, validate);
        counts.put(Part.TEST, test);
        return counts;
    }

    private static Column rowsOf(Part part) {
        return sum(when(col(Trainer.SPLIT).equalTo(part.word()), 1L).otherwise(0L));
    }

    /** Where a value is missing counts too: the hash of Spark passes over it. */
    private static Column hash(List<String> columns) {
        return xxhash64(columns.stream()
                .map(name -> col(Columns.quoted(name)))
                .flatMap(column -> Stream.of(column, isnull(column)))
                .toArray(Column[]::new));
    }
}
