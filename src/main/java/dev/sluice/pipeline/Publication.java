package dev.sluice.pipeline;

import dev.sluice.config.Check;
import dev.sluice.config.Contract;
import dev.sluice.config.Write;
import dev.sluice.core.Interval;
import dev.sluice.core.TableName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows that are to become visible, and what must be true of them before.
 *
 * @param rows the rows; where there is a column {@link #REASONS} (array of texts) a row with a non-empty one goes to
 *     the table's quarantine, the others lose the column
 * @param key columns that identify a row; needed where the table keeps history
 * @param covers the span of data time that the rows are all of, lookback included
 * @param maxQuarantined largest share of rows that may go to quarantine
 */
public record Publication(
        TableName table,
        Dataset<Row> rows,
        List<String> key,
        Write write,
        Interval covers,
        Map<String, Check> checks,
        Optional<Contract> contract,
        double maxQuarantined) {
    /** Name of the column with the reasons why a row is stopped. */
    public static final String REASONS = "__reasons";

    public Publication {
        key = List.copyOf(key);
        checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
    }
}
