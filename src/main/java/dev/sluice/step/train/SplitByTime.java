package dev.sluice.step.train;

import static org.apache.spark.sql.functions.call_udf;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Train;
import dev.sluice.feature.FeaturePlan;
import dev.sluice.model.Part;
import dev.sluice.model.TimeSplit;
import dev.sluice.model.Trainer;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * By decision time; facts {@code train_to}, {@code validate_from}, {@code validate_to}, {@code test_from} (instants).
 *
 * @param cuts where
 */
record SplitByTime(TimeSplit cuts) implements RowSplit {
    /** Cuts at the local midnights that give shares nearest to those asked for. */
    static SplitByTime cut(Dataset<Row> labelled, Train.Split shares, ZoneId zone) {
        SortedMap<LocalDate, Long> rows = new TreeMap<>();
        Column local = call_udf(
                "convert_timezone", lit(zone.getId()), col(FeaturePlan.AS_OF).cast("timestamp_ntz"));
        labelled.groupBy(to_date(local).as("day"))
                .agg(count(lit(1)))
                .collectAsList()
                .forEach(day -> rows.put(day.<Date>getAs(0).toLocalDate(), day.getLong(1)));
        return new SplitByTime(TimeSplit.cut(rows, shares, zone));
    }

    @Override
    public Dataset<Row> parts(Dataset<Row> labelled) {
        Column asOf = col(FeaturePlan.AS_OF);
        Column part = when(asOf.lt(at(cuts.trainTo())), Part.TRAIN.word())
                .when(asOf.geq(at(cuts.validateFrom())).and(asOf.lt(at(cuts.validateTo()))), Part.VALIDATE.word())
                .when(asOf.geq(at(cuts.testFrom())), Part.TEST.word());
        return labelled.withColumn(Trainer.SPLIT, part).where(col(Trainer.SPLIT).isNotNull());
    }

    @Override
    public Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("split", "by decision time");
        facts.put("train_to", cuts.trainTo().toString());
        facts.put("validate_from", cuts.validateFrom().toString());
        facts.put("validate_to", cuts.validateTo().toString());
        facts.put("test_from", cuts.testFrom().toString());
        return facts;
    }

    @Override
    public String text() {
        return "cut at " + cuts.trainTo() + " and " + cuts.validateTo() + ", gap " + cuts.gap();
    }

    static Column at(Instant instant) {
        return lit(Timestamp.from(instant));
    }
}
