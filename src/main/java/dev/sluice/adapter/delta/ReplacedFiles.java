package dev.sluice.adapter.delta;

import static dev.sluice.adapter.delta.DraftedFiles.java;
import static dev.sluice.adapter.delta.DraftedFiles.scala;
import static org.apache.spark.sql.functions.expr;

import dev.sluice.adapter.delta.VersionFiles.LoggedFile;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.DeltaTableUtils;
import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.actions.AddFile;
import org.apache.spark.sql.delta.commands.DeleteCommand;
import scala.Option;

/**
 * What makes rows go that a transaction's rows take the place of. Delta finds their files by jobs over its log; where the log
 * is short and tells for each file whether all of its rows go or none, it is read in this process. The transaction is told
 * the same as by Delta, so that another writer's rows or removals are a conflict in the same cases.
 */
final class ReplacedFiles {
    private final SparkSession spark;
    private final DeltaLog table;
    private final OptimisticTransaction transaction;
    private final DeltaLogFiles log;

    ReplacedFiles(SparkSession spark, DeltaLog table, OptimisticTransaction transaction, DeltaLogFiles log) {
        this.spark = spark;
        this.table = table;
        this.transaction = transaction;
        this.log = log;
    }

    /** What makes all rows go. */
    List<Action> all() {
        return of("true");
    }

    /** What makes the rows of a slice go: whole files, and files written anew without them. */
    List<Action> of(String slice) {
        Dataset<Row> rows =
                spark.read().format("delta").load(table.dataPath().toString()).where(expr(slice));
        Filter filter = (Filter) rows.queryExecution().analyzed();
        Expression condition = filter.condition();
        return log.files(transaction.snapshot().version())
                .of(rows)
                .map(files -> removed(files.stream().map(ReplacedFiles::file).toList(), condition))
                .orElseGet(() -> java(new DeleteCommand(table, Option.empty(), filter.child(), Option.apply(condition))
                        .performDelete(spark, table, transaction)
                        ._1()));
    }

    private List<Action> removed(List<AddFile> files, Expression condition) {
        var predicates = DeltaTableUtils.splitMetadataAndDataPredicates(
                condition, transaction.metadata().partitionColumns(), spark);
        List<Expression> both = new ArrayList<>(java(predicates._1()));
        both.addAll(java(predicates._2()));
        transaction.trackReadPredicates(scala(both), false, true);
        transaction.trackFilesRead(scala(files));
        return files.stream().<Action>map(AddFile::remove).toList();
    }

    private static AddFile file(LoggedFile file) {
        return new AddFile(
                file.path(),
                scala(file.partition()),
                file.size(),
                file.modified(),
                true,
                null,
                null,
                null,
                Option.empty(),
                Option.empty(),
                Option.empty());
    }
}
