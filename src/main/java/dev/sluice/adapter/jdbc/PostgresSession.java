package dev.sluice.adapter.jdbc;

import dev.sluice.core.Attempts;
import dev.sluice.feast.EntityKeys;
import dev.sluice.feast.FeastValues;
import dev.sluice.port.OnlineMatch;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineView;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A view in PostgreSQL. A batch is one transaction: entities of which nothing younger is there are taken, then their features
 * are put or taken away. So a reader, whose one query sees one state, sees a row as a whole.
 */
final class PostgresSession implements OnlineStore.Session {
    private final PostgresStore store;
    private final OnlineView view;
    private final OnlineTable table;
    private final EntityKeys keys;
    private Connection connection;

    PostgresSession(PostgresStore store, OnlineView view) {
        this.store = store;
        this.view = view;
        this.table = new OnlineTable(store.schema(), view);
        this.keys = new EntityKeys(view);
        attempt(this::make);
    }

    /** Makes the table where it is missing: who may only write to one that is there may not be told to make it. */
    private boolean make(Connection open) throws SQLException {
        try (PreparedStatement find = open.prepareStatement("SELECT to_regclass(?)")) {
            find.setString(1, table.name());
            try (ResultSet found = find.executeQuery();
                    Statement make = open.createStatement()) {
                found.next();
                if (found.getString(1) == null) {
                    make.execute(table.make());
                }
            }
        }
        open.commit();
        return true;
    }

    @Override
    public int write(List<OnlineRow> rows) {
        List<Put> puts = rows.stream().map(Put::new).toList();
        return attempt(open -> {
            Set<ByteBuffer> taken = take(open, puts);
            List<Put> ours =
                    puts.stream().filter(put -> taken.contains(put.key)).toList();
            put(open, ours.stream().filter(put -> !put.row.isDeleted()).toList());
            delete(open, ours.stream().filter(put -> put.row.isDeleted()).toList());
            open.commit();
            return ours.size();
        });
    }

    /** A row on its way. */
    private final class Put {
        private final OnlineRow row;
        private final ByteBuffer key;
        private final List<byte[]> values;

        Put(OnlineRow row) {
            this.row = row;
            this.key = ByteBuffer.wrap(keys.bytes(row.entity()));
            this.values = FeastValues.bytes(view, row);
        }
    }

    private Set<ByteBuffer> take(Connection open, List<Put> puts) throws SQLException {
        try (PreparedStatement take = open.prepareStatement(table.take())) {
            take.setArray(1, open.createArrayOf("bytea", keys(puts)));
            Long[] times = puts.stream().map(put -> put.row.eventMicros()).toArray(Long[]::new);
            take.setArray(2, open.createArrayOf("int8", times));
            Set<ByteBuffer> taken = new HashSet<>();
            try (ResultSet keys = take.executeQuery()) {
                while (keys.next()) {
                    taken.add(ByteBuffer.wrap(keys.getBytes(1)));
                }
            }
            return taken;
        }
    }

    private void put(Connection open, List<Put> puts) throws SQLException {
        if (puts.isEmpty()) {
            return;
        }
        List<byte[]> rowKeys = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<byte[]> values = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        for (Put put : puts) {
            for (int i = 0; i < put.values.size(); i++) {
                rowKeys.add(put.key.array());
                names.add(view.features().get(i).name());
                values.add(put.values.get(i));
                times.add(put.row.eventMicros());
            }
        }
        try (PreparedStatement statement = open.prepareStatement(table.put())) {
            statement.setArray(1, open.createArrayOf("bytea", rowKeys.toArray(byte[][]::new)));
            statement.setArray(2, open.createArrayOf("text", names.toArray(String[]::new)));
            statement.setArray(3, open.createArrayOf("bytea", values.toArray(byte[][]::new)));
            statement.setArray(4, open.createArrayOf("int8", times.toArray(Long[]::new)));
            statement.executeUpdate();
        }
    }

    private void delete(Connection open, List<Put> puts) throws SQLException {
        if (puts.isEmpty()) {
            return;
        }
        try (PreparedStatement delete = open.prepareStatement(table.delete())) {
            delete.setArray(1, open.createArrayOf("bytea", keys(puts)));
            delete.executeUpdate();
        }
    }

    private static byte[][] keys(List<Put> puts) {
        return puts.stream().map(put -> put.key.array()).toArray(byte[][]::new);
    }

    @Override
    public List<List<OnlineMatch>> compare(List<OnlineRow> rows) {
        List<Put> puts = rows.stream().map(Put::new).toList();
        return attempt(open -> {
            Map<ByteBuffer, Stored> stored = read(open, puts);
            return puts.stream().map(put -> matches(put, stored.get(put.key))).toList();
        });
    }

    /** What is there of an entity: its youngest event time, its values by feature. */
    private static final class Stored {
        private long micros = Long.MIN_VALUE;
        private final Map<String, byte[]> values = new HashMap<>();
    }

    private Map<ByteBuffer, Stored> read(Connection open, List<Put> puts) throws SQLException {
        Map<ByteBuffer, Stored> all = new HashMap<>();
        try (PreparedStatement read = open.prepareStatement(table.read())) {
            read.setArray(1, open.createArrayOf("bytea", keys(puts)));
            try (ResultSet found = read.executeQuery()) {
                while (found.next()) {
                    Stored stored = all.computeIfAbsent(ByteBuffer.wrap(found.getBytes(1)), key -> new Stored());
                    stored.values.put(found.getString(2), found.getBytes(3));
                    stored.micros = Math.max(stored.micros, found.getLong(4));
                }
            }
        }
        open.commit();
        return all;
    }

    private List<OnlineMatch> matches(Put put, Stored stored) {
        if (stored == null) {
            return Collections.nCopies(view.features().size(), OnlineMatch.MISSING);
        }
        List<byte[]> values = new ArrayList<>();
        view.features().forEach(feature -> values.add(stored.values.get(feature.name())));
        return OnlineMatch.of(Long.compare(stored.micros, put.row.eventMicros()), put.values, values);
    }

    /** Feast has no expiry in PostgreSQL. */
    @Override
    public int forget(long millis) {
        if (!view.expires()) {
            return 0;
        }
        double last = millis - (double) view.expireAfter().toMillis();
        return attempt(open -> {
            try (PreparedStatement forget = open.prepareStatement(table.forget())) {
                forget.setDouble(1, last);
                try (ResultSet gone = forget.executeQuery()) {
                    gone.next();
                    int entities = gone.getInt(1);
                    open.commit();
                    return entities;
                }
            }
        });
    }

    /** What is committed outlives the server. */
    @Override
    public String life() {
        return "lasting";
    }

    /** What is asked of the database. */
    @FunctionalInterface
    private interface Action<T> {
        T apply(Connection open) throws SQLException;
    }

    /** Does what may be done again, on a connection made anew after each failure that may pass. */
    private <T> T attempt(Action<T> action) {
        SQLException last = null;
        for (int failures = 0; failures < Attempts.MOST; failures++) {
            Attempts.pause(failures);
            try {
                return action.apply(connected());
            } catch (SQLException refused) {
                last = refused;
                close();
                if (!OnlineRefusals.isPassing(refused)) {
                    break;
                }
            }
        }
        throw OnlineRefusals.explain(store, last);
    }

    private Connection connected() throws SQLException {
        if (connection == null) {
            connection = store.connect();
        }
        return connection;
    }

    /** Without commit: what is not complete is undone. */
    @Override
    public void close() {
        if (connection != null) {
            Connection closing = connection;
            connection = null;
            try {
                closing.close();
            } catch (SQLException e) {
                // It was broken: there is nothing to give back.
            }
        }
    }
}
