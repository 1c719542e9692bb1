package dev.sluice.port;

import dev.sluice.core.RunKey;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Versioned tables with atomic commits. Every commit carries a run key; a key that has landed in a table is never
 * committed to it again.
 */
public interface Tables {
    /** The newest version of a table; empty where there is no such table. */
    Optional<TableVersion> latest(TableName table);

    /**
     * The columns of one version, by what the table's log says of them: no session is needed.
     *
     * @throws dev.sluice.core.SluiceException INPUT_MISSING and OUTCOME_UNKNOWN as {@link #partitions} does
     */
    StructType columns(TableVersion version);

    /** The rows of one version; reading it tomorrow gives the same rows. */
    Dataset<Row> read(TableVersion version);

    /** Whether rows of a version meet a condition in SQL; they are read where its log does not tell. */
    boolean hasRows(TableVersion version, String condition);

    /**
     * Of which files a version consists, by what the table's log says of them: no row is read.
     *
     * @throws dev.sluice.core.SluiceException INPUT_MISSING when the log does not have the version, or no longer; OUTCOME_UNKNOWN
     *     when it cannot be read
     */
    Partitions partitions(TableVersion version);

    /**
     * The version in which a commit with this key landed; empty when it certainly did not.
     *
     * @throws dev.sluice.core.SluiceException OUTCOME_UNKNOWN when the table cannot be asked
     */
    Optional<TableVersion> landed(TableName table, RunKey key);

    /**
     * Writes the rows of a commit and makes no version of them, so that what is judged first need not be written twice.
     * Empty where that cannot be, as with a merge, in which case no row has been looked at.
     *
     * @throws dev.sluice.core.SluiceException as {@link #commit} does
     */
    Optional<Draft> draft(Commit commit);

    /**
     * Makes one commit, or finds that it has landed before; both give the version that holds it and its rows. After a failed
     * write the table is asked whether the commit landed all the same.
     *
     * @throws dev.sluice.core.SluiceException COMMIT_CONFLICT, OUTCOME_UNKNOWN, ACCESS_DENIED or STORAGE_UNAVAILABLE; nothing was
     *     published unless the outcome is unknown
     */
    Committed commit(Commit commit);

    /**
     * Joins small files or brings near values together, removes files that belong to no version that is kept, and shortens what
     * a reader has to read of the log. The rows of the newest version stay as they are, and so do those of every version since
     * {@code keep} ago. Ended anywhere, it leaves a table that can be read, and asked again it goes on.
     *
     * @throws dev.sluice.core.SluiceException INPUT_MISSING without such a table; USAGE when it has no such column;
     *     PLAN_INVALID when another table lies in its folder; COMMIT_CONFLICT
     */
    Maintained maintain(TableName table, Maintenance maintenance);

    /**
     * Gives columns of a table wider types, by one commit that leaves its rows as they are.
     *
     * @param columns the columns and their new types, which hold every value of the old ones
     */
    TableVersion widen(TableName table, StructType columns, RunKey key, long epoch);

    /**
     * Removes a table with all its versions; nothing happens where there is none. Ended anywhere, it may leave a table that cannot be
     * read, and asked again it goes on.
     *
     * @throws dev.sluice.core.SluiceException PLAN_INVALID when another table lies in its folder; ACCESS_DENIED or
     *     STORAGE_UNAVAILABLE
     */
    void drop(TableName table);

    /** Where the table's files are: what another reader of the format opens. */
    String location(TableName table);
}
