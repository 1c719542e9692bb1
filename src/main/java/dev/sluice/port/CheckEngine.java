package dev.sluice.port;

import dev.sluice.config.Check;
import dev.sluice.core.TableName;
import dev.sluice.stats.TableProfile;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Decides checks. */
public interface CheckEngine {
    /**
     * Decides each check, in order. Metrics that the profile holds are not computed again.
     *
     * @param checks by name
     * @param rows what is about to be published
     * @param profile the profile of exactly these rows
     * @param others rows of the published tables that checks refer to
     */
    List<CheckResult> evaluate(
            Map<String, Check> checks,
            Dataset<Row> rows,
            TableProfile profile,
            Function<TableName, Dataset<Row>> others);
}
