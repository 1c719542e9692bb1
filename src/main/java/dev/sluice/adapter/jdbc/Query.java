package dev.sluice.adapter.jdbc;

import dev.sluice.config.Read;
import dev.sluice.config.Source;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import dev.sluice.port.RowSource;
import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What the database is asked for the rows of an interval. */
final class Query {
    /** The column that tells the part of a row. */
    static final String SPLIT = "__split";

    private static final String ROW = "__row";

    private final Table table;
    private final RowSource.Request request;
    private final Optional<TableColumn> split;
    private final int most;
    private final Optional<String> within;

    /**
     * A query.
     *
     * @throws SluiceException INPUT_MALFORMED when the table lacks a column that selects or splits, or has it of another type
     */
    Query(Table table, Read.Jdbc read, RowSource.Request request) {
        this.table = table;
        this.request = request;
        this.split = read.split().map(by -> splitting(by.by()));
        this.most = read.split().map(Read.Jdbc.Split::parts).orElse(1);
        this.within = request.source().select().map(select -> within(selecting(select.by())));
    }

    /** A query in parentheses, as it stands in the place of a table: its columns are c0, c1 and so on, and two of ours. */
    String text() {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            columns.add(table.columns().get(i).value() + " AS c" + i);
        }
        columns.add(malformed() + " AS " + RowSource.MALFORMED);
        split.ifPresent(column -> columns.add(column.sql() + " AS " + SPLIT));
        return "(SELECT " + String.join(", ", columns) + from(within.stream()) + ") AS found";
    }

    /** The row as text where one of its values has no like in Spark, unless nobody wants that value. */
    private String malformed() {
        List<String> foreign = table.columns().stream()
                .filter(this::isWanted)
                .flatMap(column -> column.foreign().stream())
                .toList();
        return foreign.isEmpty()
                ? "NULL::text"
                : "CASE WHEN " + String.join(" OR ", foreign) + " THEN row_to_json(" + ROW + ")::text END";
    }

    private boolean isWanted(TableColumn column) {
        return request.source().evolve().fresh() == Source.OnNew.ADD
                || request.source().columns().keySet().stream().anyMatch(column.name()::equalsIgnoreCase);
    }

    /** Conditions on {@link #text} of which each row meets exactly one, whatever the table becomes meanwhile. */
    List<String> parts(Connection database) throws SQLException {
        if (split.isEmpty()) {
            return List.of("TRUE");
        }
        TableColumn column = split.get();
        List<String> cuts = cuts(database, column).stream().map(column::at).toList();
        if (cuts.isEmpty()) {
            return List.of("TRUE");
        }
        List<String> parts = new ArrayList<>();
        parts.add(SPLIT + " < " + cuts.get(0) + " OR " + SPLIT + " IS NULL");
        for (int i = 1; i < cuts.size(); i++) {
            parts.add(SPLIT + " >= " + cuts.get(i - 1) + " AND " + SPLIT + " < " + cuts.get(i));
        }
        parts.add(SPLIT + " >= " + cuts.get(cuts.size() - 1));
        return parts;
    }

    /** Where the range of the values that are there now is cut into parts of equal width. */
    private SortedSet<BigDecimal> cuts(Connection database, TableColumn column) throws SQLException {
        String range = "SELECT (" + column.place("min(" + column.sql() + ")") + ")::text, ("
                + column.place("max(" + column.sql() + ")") + ")::text"
                + from(Stream.concat(within.stream(), Stream.of(column.hasPlace())));
        SortedSet<BigDecimal> cuts = new TreeSet<>();
        try (Statement statement = database.createStatement();
                ResultSet found = statement.executeQuery(range)) {
            found.next();
            if (found.getString(1) == null) {
                return cuts;
            }
            BigDecimal least = new BigDecimal(found.getString(1));
            BigDecimal width = new BigDecimal(found.getString(2)).subtract(least);
            for (int i = 1; i < most; i++) {
                BigDecimal share =
                        width.multiply(BigDecimal.valueOf(i)).divide(BigDecimal.valueOf(most), MathContext.DECIMAL128);
                cuts.add(column.floor(least.add(share)));
            }
            cuts.removeIf(cut -> cut.compareTo(least) <= 0);
            return cuts;
        }
    }

    private String from(Stream<String> conditions) {
        return " FROM " + table.quotedName() + " AS " + ROW
                + conditions
                        .reduce((one, other) -> one + " AND " + other)
                        .map(all -> " WHERE " + all)
                        .orElse("");
    }

    /** Rows whose time is not known, or infinite, belong to no interval: they are read, to be stopped. */
    private String within(TableColumn column) {
        Interval covers = request.covers();
        String name = column.sql();
        return "((" + name + " >= " + literal(column, covers.from()) + " AND " + name + " < "
                + literal(column, covers.to()) + ") OR " + name + " IS NULL OR " + name
                + " IN ('infinity', '-infinity'))";
    }

    private static String literal(TableColumn column, Instant time) {
        return column.kind() == TableColumn.Kind.INSTANT
                ? "TIMESTAMPTZ '" + time + "'"
                : "TIMESTAMP '"
                        + DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(LocalDateTime.ofInstant(time, ZoneOffset.UTC))
                        + "'";
    }

    private TableColumn selecting(String name) {
        TableColumn column = column(name);
        if (column.kind() != TableColumn.Kind.INSTANT && column.kind() != TableColumn.Kind.LOCAL_TIME) {
            throw refused("selects by " + column.name() + ", which is " + column.type() + " in " + table.name()
                    + ", expected a timestamp");
        }
        return column;
    }

    private TableColumn splitting(String name) {
        TableColumn column = column(name);
        if (!column.hasWidth()) {
            throw refused("splits by " + column.name() + ", which is " + column.type() + " in " + table.name()
                    + ", expected a number, a date or a timestamp");
        }
        return column;
    }

    private TableColumn column(String name) {
        List<String> names = table.columns().stream().map(TableColumn::name).toList();
        return table.column(name)
                .orElseThrow(() -> refused("reads " + name + " of " + table.name() + ", which lacks it"
                        + Nearest.of(name, names)
                                .map(near -> " (is '" + near + "' meant?)")
                                .orElse("")
                        + "; its columns are " + String.join(", ", names)));
    }

    private SluiceException refused(String what) {
        return new SluiceException(
                ErrorCode.INPUT_MALFORMED,
                "source " + request.name() + " " + what,
                "correct the declaration, or have the table's owner give it such a column, in a view for example");
    }
}
