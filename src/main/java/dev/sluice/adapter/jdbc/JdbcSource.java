package dev.sluice.adapter.jdbc;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.sluice.config.Connection;
import dev.sluice.config.Read;
import dev.sluice.core.Secret;
import dev.sluice.core.SluiceException;
import dev.sluice.port.RowSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.postgresql.Driver;

/**
 * A table or view of PostgreSQL. Its columns come with their own types where Spark has the like, else as PostgreSQL writes
 * them as text; a row with a value that its type holds and Spark's does not, such as {@code infinity}, is malformed. The
 * interval is compared by the database, in a condition that an index on the column serves.
 */
public final class JdbcSource implements RowSource {
    /** Rows of one answer of the database; without, the driver keeps all of them in memory. */
    private static final String FETCH_ROWS = "5000";

    private static final String SECONDS_TO_CONNECT = "10";

    private final Read.Jdbc read;
    private final Connection.Jdbc connection;

    /**
     * A table.
     *
     * @param connection the one that {@code read.connection()} names
     */
    public JdbcSource(Read.Jdbc read, Connection.Jdbc connection) {
        this.read = read;
        this.connection = connection;
    }

    @Override
    public Found read(Request request) {
        try (java.sql.Connection database = new Driver().connect(connection.url(), properties())) {
            Table table = Table.of(database, read.table());
            Query query = new Query(table, read, request);
            List<String> parts = query.parts(database);
            return Found.of(rows(request, table, query.text(), parts), Map.of("parts", Integer.toString(parts.size())));
        } catch (SQLException e) {
            throw new Refusals(read, connection, request.name()).explain(e);
        }
    }

    private Dataset<Row> rows(Request request, Table table, String query, List<String> parts) {
        Properties properties = properties();
        properties.put("driver", Driver.class.getName());
        properties.put("fetchsize", FETCH_ROWS);
        properties.put("sessionInitStatement", "SET TIME ZONE 'UTC'");
        // Spark would send times as texts of its own zone, which the database takes for texts of the JVM's.
        properties.put("pushDownPredicate", "false");
        Dataset<Row> found =
                request.spark().read().jdbc(connection.url(), query, parts.toArray(String[]::new), properties);
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            columns.add(when(col(MALFORMED).isNull(), col("c" + i))
                    .as(table.columns().get(i).name()));
        }
        columns.add(col(MALFORMED));
        columns.add(lit(read.table()).as(ORIGIN));
        return found.select(columns.toArray(Column[]::new));
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.put("user", connection.user());
        connection.password().map(Secret::reveal).ifPresent(password -> properties.put("password", password));
        properties.put("connectTimeout", SECONDS_TO_CONNECT);
        properties.put("loginTimeout", SECONDS_TO_CONNECT);
        properties.put("tcpKeepAlive", "true");
        properties.put("ApplicationName", "sluice");
        return properties;
    }

    /** A database that refuses or vanishes while its rows are read. */
    @Override
    public Optional<SluiceException> blame(Request request, Optional<Found> found, Exception failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException refused) {
                return Optional.of(new Refusals(read, connection, request.name()).explain(refused));
            }
        }
        return Optional.empty();
    }
}
