package dev.sluice.pipeline;

import dev.sluice.core.RunKey;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Pipelines' own metadata, as Delta tables under {@code _sluice}: what was measured and decided, one table per kind. The
 * columns {@code pipeline}, {@code run_key}, {@code run_id}, {@code interval_from} and {@code interval_to} are added to
 * each row.
 */
public interface Ledger {
    /**
     * Appends rows to {@code _sluice.KIND}; the same key and kind are appended once.
     *
     * @param kind one word, such as {@code checks}
     */
    void append(String kind, StructType columns, List<Row> rows, RunKey key);
}
