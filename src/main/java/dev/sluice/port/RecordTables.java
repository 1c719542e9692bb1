package dev.sluice.port;

import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Tables of records about runs: a few rows at a time, written and read in this process, without a Spark session, and open
 * to every reader of the lake's other tables.
 */
public interface RecordTables {
    /**
     * Appends rows by one commit; a key that has landed in the table is not appended again.
     *
     * @param columns of text, long, double, int, boolean, timestamp, date, and arrays and structs of them
     * @throws dev.sluice.core.SluiceException OUTCOME_UNKNOWN when the table cannot be asked whether the commit landed;
     *     PLAN_INVALID when the table has other columns
     */
    void append(TableName table, StructType columns, List<Row> rows, RunKey key);

    /**
     * Visits the rows of the newest version, in no particular order, until the visitor answers false. Rows know the names of
     * their columns. Where there is no table there is no row.
     */
    void scan(TableName table, Predicate<Row> visitor);

    /** Number of files that hold the rows of the newest version. */
    int files(TableName table);
}
