package dev.sluice.step.train;

import dev.sluice.config.Train;
import java.time.ZoneId;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How labelled rows become those of train, validate and test. */
sealed interface RowSplit permits SplitByTime, SplitByHash {
    /**
     * The split that is declared.
     *
     * @param label name that the pipeline gives the label
     * @throws dev.sluice.core.SluiceException NOT_ENOUGH_DATA when there are too few dates to split by
     */
    static RowSplit of(Dataset<Row> labelled, Train.Split settings, String label, ZoneId zone) {
        return settings.hash().isEmpty() ? SplitByTime.cut(labelled, settings, zone) : new SplitByHash(settings, label);
    }

    /** The rows with the column {@code split}; those that belong to no part are left out. */
    Dataset<Row> parts(Dataset<Row> labelled);

    /** What the record of the step says of it; {@code split} in words. */
    Map<String, String> facts();

    /** In words. */
    String text();
}
