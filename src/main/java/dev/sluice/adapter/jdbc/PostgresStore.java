package dev.sluice.adapter.jdbc;

import dev.sluice.config.Connection;
import dev.sluice.config.PostgresUrl;
import dev.sluice.core.Secret;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineView;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;

/** PostgreSQL in the format of Feast 0.67: what is written here is read by {@code get_online_features} of stock Feast. */
public final class PostgresStore implements OnlineStore {
    private static final long serialVersionUID = 1L;

    private static final String SECONDS_TO_CONNECT = "10";
    /** That an answer is waited for, unless the address of the database says {@code socketTimeout}. */
    private static final String SECONDS_TO_ANSWER = "30";

    private final String url;
    private final String user;
    /** Null when there is none. */
    private final String password;

    private final String schema;
    private final String name;

    public PostgresStore(Connection.Jdbc connection) {
        PostgresUrl parts = PostgresUrl.of(connection);
        url = connection.url();
        user = connection.user();
        password = connection.password().map(Secret::reveal).orElse(null);
        schema = parts.schema();
        name = parts.name();
    }

    @Override
    public Session open(OnlineView view) {
        return new PostgresSession(this, view);
    }

    /** A connection that is made, logged in and in a transaction of its own. */
    java.sql.Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.put("user", user);
        if (password != null) {
            properties.put("password", password);
        }
        properties.put("connectTimeout", SECONDS_TO_CONNECT);
        properties.put("socketTimeout", SECONDS_TO_ANSWER);
        properties.put("tcpKeepAlive", "true");
        properties.put("ApplicationName", "sluice");
        java.sql.Connection database = new Driver().connect(url, properties);
        database.setAutoCommit(false);
        return database;
    }

    String user() {
        return user;
    }

    /** Where the tables of views are. */
    String schema() {
        return schema;
    }

    /** What messages call it. */
    String name() {
        return name;
    }

    @Override
    public String toString() {
        return "PostgreSQL " + name;
    }
}
