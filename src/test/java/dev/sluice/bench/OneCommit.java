package dev.sluice.bench;

import dev.sluice.adapter.delta.DeltaTables;
import dev.sluice.core.TableName;
import dev.sluice.port.Commit;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** A run that makes one commit to the table in the lake that is named; prints the seconds that the commit took. */
final class OneCommit {
    static final TableName TABLE = new TableName("bronze.hundreds");

    private OneCommit() {}

    public static void main(String[] arguments) {
        try (SparkSession spark = LocalSpark.session()) {
            DeltaTables tables = Commits.tables(Path.of(arguments[0]));
            Commit commit = Commits.append(TABLE);
            spark.range(1).count(); // what a run has done before it commits
            long start = System.nanoTime();
            tables.commit(commit);
            System.out.println((System.nanoTime() - start) / 1e9);
        }
    }
}
