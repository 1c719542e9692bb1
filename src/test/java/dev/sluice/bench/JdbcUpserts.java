package dev.sluice.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.struct;

import dev.sluice.feast.EntityKeys;
import dev.sluice.feast.FeastValues;
import dev.sluice.port.OnlineView;
import dev.sluice.testing.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The newest row of each entity into Feast's table in PostgreSQL, as one would write it without Sluice: batches of upserts,
 * which the driver joins into statements of many rows. Each feature by itself, so that rows of two times may get mixed.
 */
record JdbcUpserts(String url, String table, OnlineView view) implements ForeachPartitionFunction<Row> {
    private static final long serialVersionUID = 1L;

    private static final int BATCH = 500;

    static String make(String table) {
        return "CREATE TABLE " + table + " (entity_key BYTEA, feature_name TEXT, value BYTEA, value_text TEXT NULL,"
                + " vector_value BYTEA NULL, event_ts TIMESTAMPTZ, created_ts TIMESTAMPTZ,"
                + " PRIMARY KEY (entity_key, feature_name))";
    }

    /** Rows with {@code as_of}, the view's one entity column and its features. */
    void push(Dataset<Row> rows) {
        Column[] columns = Stream.concat(
                        Stream.of("as_of"), view.features().stream().map(OnlineView.Column::name))
                .map(name -> col(name))
                .toArray(Column[]::new);
        rows.groupBy(view.entity().get(0).name()).agg(max(struct(columns))).foreachPartition(this);
    }

    @Override
    public void call(Iterator<Row> rows) throws SQLException {
        EntityKeys keys = new EntityKeys(view);
        String insert = "INSERT INTO " + table + " AS there (entity_key, feature_name, value, event_ts, created_ts)"
                + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (entity_key, feature_name) DO UPDATE SET value = excluded.value,"
                + " event_ts = excluded.event_ts, created_ts = excluded.created_ts"
                + " WHERE there.event_ts <= excluded.event_ts";
        try (Connection database = DriverManager.getConnection(
                        url + "?reWriteBatchedInserts=true", "owner", PostgresServer.PASSWORD);
                PreparedStatement statement = database.prepareStatement(insert)) {
            database.setAutoCommit(false);
            for (int i = 1; rows.hasNext(); i++) {
                Row row = rows.next();
                add(statement, keys.bytes(List.of(row.get(0))), row.getStruct(1));
                if (i % BATCH == 0 || !rows.hasNext()) {
                    statement.executeBatch();
                    database.commit();
                }
            }
        }
    }

    private void add(PreparedStatement statement, byte[] key, Row newest) throws SQLException {
        Timestamp now = new Timestamp(System.currentTimeMillis());
        for (int i = 0; i < view.features().size(); i++) {
            statement.setBytes(1, key);
            statement.setString(2, view.features().get(i).name());
            statement.setBytes(3, FeastValues.bytes(view.features().get(i), newest.get(i + 1)));
            statement.setTimestamp(4, newest.getTimestamp(0));
            statement.setTimestamp(5, now);
            statement.addBatch();
        }
    }
}
