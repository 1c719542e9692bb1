package dev.sluice.adapter.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A table or view as the database describes it.
 *
 * @param name as the pipeline writes it
 */
record Table(String name, List<TableColumn> columns) {
    Table {
        columns = List.copyOf(columns);
    }

    /** Asks the database, which also says whether all of it may be read. */
    static Table of(Connection database, String name) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet none = statement.executeQuery("SELECT * FROM " + quotedName(name) + " LIMIT 0")) {
            ResultSetMetaData found = none.getMetaData();
            List<TableColumn> columns = new ArrayList<>();
            for (int i = 1; i <= found.getColumnCount(); i++) {
                columns.add(TableColumn.of(
                        found.getColumnName(i), found.getColumnTypeName(i), found.getPrecision(i), found.getScale(i)));
            }
            return new Table(name, columns);
        }
    }

    /** The column of a name, in any letter case unless the exact one is there; empty where none or several may be meant. */
    Optional<TableColumn> column(String wanted) {
        Optional<TableColumn> exact =
                columns.stream().filter(column -> column.name().equals(wanted)).findFirst();
        if (exact.isPresent()) {
            return exact;
        }
        List<TableColumn> like = columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(wanted))
                .toList();
        return like.size() == 1 ? Optional.of(like.get(0)) : Optional.empty();
    }

    /** The name in SQL. */
    String quotedName() {
        return quotedName(name);
    }

    private static String quotedName(String name) {
        return Arrays.stream(name.split("\\.")).map(TableColumn::quoted).collect(Collectors.joining("."));
    }
}
