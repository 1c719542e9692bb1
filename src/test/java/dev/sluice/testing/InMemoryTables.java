package dev.sluice.testing;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.core.TableVersion;
import dev.sluice.port.Commit;
import dev.sluice.port.Committed;
import dev.sluice.port.Draft;
import dev.sluice.port.Maintained;
import dev.sluice.port.Maintenance;
import dev.sluice.port.Partitions;
import dev.sluice.port.Tables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Tables that live as long as the test: each version is its rows, held by the driver. */
public final class InMemoryTables implements Tables {
    private final SparkSession spark;
    private final Map<TableName, List<Version>> tables = new HashMap<>();

    /** No table yet. */
    public InMemoryTables(SparkSession spark) {
        this.spark = spark;
    }

    /** A commit that nobody asked for: the rows become the newest version of the table. */
    public TableVersion put(String table, Dataset<Row> rows) {
        return add(new TableName(table), rows, Optional.empty());
    }

    @Override
    public synchronized Optional<TableVersion> latest(TableName table) {
        int count = versions(table).size();
        return count == 0 ? Optional.empty() : Optional.of(new TableVersion(table, count - 1));
    }

    @Override
    public StructType columns(TableVersion version) {
        return read(version).schema();
    }

    @Override
    public synchronized Dataset<Row> read(TableVersion version) {
        return versions(version.table()).get((int) version.version()).rows();
    }

    @Override
    public synchronized Partitions partitions(TableVersion version) {
        return new Partitions(
                read(version).schema(), List.of(), new TreeMap<>(Map.of("", "version " + version.version())));
    }

    @Override
    public synchronized Optional<TableVersion> landed(TableName table, RunKey key) {
        List<Version> versions = versions(table);
        for (int i = 0; i < versions.size(); i++) {
            if (versions.get(i).key().equals(Optional.of(key))) {
                return Optional.of(new TableVersion(table, i));
            }
        }
        return Optional.empty();
    }

    /** Never: whoever publishes must be able to do without. */
    @Override
    public Optional<Draft> draft(Commit commit) {
        return Optional.empty();
    }

    @Override
    public synchronized Committed commit(Commit commit) {
        Dataset<Row> added = held(commit.rows());
        Optional<TableVersion> landed = landed(commit.table(), commit.key());
        return new Committed(
                landed.orElseGet(() -> add(commit.table(), after(commit, added), Optional.of(commit.key()))),
                added.count(),
                landed.isPresent());
    }

    @Override
    public boolean hasRows(TableVersion version, String condition) {
        return !read(version).where(condition).isEmpty();
    }

    @Override
    public Maintained maintain(TableName table, Maintenance maintenance) {
        Maintained.Size noFiles = new Maintained.Size(0, 0);
        return new Maintained(table, noFiles, noFiles, 0, OptionalLong.empty());
    }

    @Override
    public TableVersion widen(TableName table, StructType columns, RunKey key, long epoch) {
        Dataset<Row> rows = read(latest(table).orElseThrow());
        for (StructField column : columns.fields()) {
            rows = rows.withColumn(column.name(), col(column.name()).cast(column.dataType()));
        }
        return add(table, rows, Optional.of(key));
    }

    @Override
    public synchronized void drop(TableName table) {
        tables.remove(table);
    }

    @Override
    public String location(TableName table) {
        return "memory:/" + table.path();
    }

    private Dataset<Row> after(Commit commit, Dataset<Row> added) {
        Optional<Dataset<Row>> before = latest(commit.table()).map(this::read);
        if (commit.mode() instanceof Commit.Mode.ReplaceWhere replace) {
            Column inside = coalesce(expr(replace.predicate()), lit(false));
            long outside = added.where(not(inside)).count();
            if (outside > 0) {
                throw new SluiceException(
                        ErrorCode.UNEXPECTED,
                        outside + " rows do not meet " + replace.predicate(),
                        "select the rows of the slice");
            }
            return before.map(rows -> rows.where(not(inside)).unionByName(added, true))
                    .orElse(added);
        }
        if (commit.mode() instanceof Commit.Mode.Merge merge) {
            Column[] lastFirst = merge.totalOrder(List.of(added.columns())).stream()
                    .map(name -> col(name).desc())
                    .toArray(Column[]::new);
            Column[] key = merge.key().stream().map(functions::col).toArray(Column[]::new);
            return before.map(rows -> rows.unionByName(added, true))
                    .orElse(added)
                    .withColumn(
                            "__n",
                            functions.row_number().over(Window.partitionBy(key).orderBy(lastFirst)))
                    .where("__n = 1")
                    .drop("__n");
        }
        boolean append = commit.mode() instanceof Commit.Mode.Append;
        return before.filter(rows -> append)
                .map(rows -> rows.unionByName(added, true))
                .orElse(added);
    }

    private synchronized TableVersion add(TableName table, Dataset<Row> rows, Optional<RunKey> key) {
        List<Version> versions = tables.computeIfAbsent(table, name -> new ArrayList<>());
        versions.add(new Version(held(rows), key));
        return new TableVersion(table, versions.size() - 1);
    }

    private Dataset<Row> held(Dataset<Row> rows) {
        return spark.createDataFrame(rows.collectAsList(), rows.schema());
    }

    private List<Version> versions(TableName table) {
        return tables.getOrDefault(table, List.of());
    }

    private record Version(Dataset<Row> rows, Optional<RunKey> key) {}
}
