package dev.sluice.config;

import dev.sluice.core.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the section push says of the feature table, and whether Feast can take its names. */
final class PushCheck {
    /** Columns that Feast adds of its own when it joins by time, and the key of a view without entity. */
    private static final Set<String> FEASTS = Set.of("event_timestamp", "entity_timestamp", "__dummy_id");

    /** What PostgreSQL keeps of a name: 63 bytes. Feast's longest index of a view's table is called as it, and this. */
    private static final int MOST_OF_TABLE = 63 - "_fts_idx".length();

    private final Pipeline pipeline;
    private final KnownColumns columns;
    private final CrossCheck check;

    PushCheck(Pipeline pipeline, KnownColumns columns, CrossCheck check) {
        this.pipeline = pipeline;
        this.columns = columns;
        this.check = check;
    }

    /** Tells every problem. */
    void check(Push push) {
        check.connection("push/connection", push.connection(), List.of(Connection.Redis.class, Connection.Jdbc.class));
        check.words("push/views", push.views().keySet(), CrossCheck.COLUMN);
        push.views().forEach((name, view) -> {
            String path = "push/views/" + name;
            String table = view.from().map(TableName::text).orElse("the feature table");
            Optional<Set<String>> known = known(path, view);
            columns(path + "/entity", view.entity(), table, known);
            columns(path + "/features", view.features(), table, known);
            view.deleted().ifPresent(condition -> check.row(path + "/deleted", condition, table, known));
        });
        fullNames(push);
        if (pipeline.connections().get(push.connection()) instanceof Connection.Jdbc) {
            tableNames(push);
        }
    }

    /** The columns of the table that a view comes from. */
    private Optional<Set<String>> known(String path, Push.View view) {
        if (view.from().isEmpty()) {
            return columns.features();
        }
        TableName from = view.from().get();
        if (!columns.sets().contains(from)) {
            if (!check.wrong("uses_sets") && !check.wrong("feature_sets")) {
                check.unknown(
                        path + "/from",
                        "the table of a feature set",
                        from.text(),
                        columns.sets().stream().map(TableName::text).toList());
            }
            return Optional.empty();
        }
        return columns.set(from);
    }

    /** Feast keeps a view of PostgreSQL in a table of its own, beside which it makes indexes. */
    private void tableNames(Push push) {
        push.views().keySet().forEach(name -> {
            String table = push.project() + "_" + name;
            if (table.length() > MOST_OF_TABLE) {
                check.problem(
                        "push/views/" + name,
                        "expected project and view of at most " + (MOST_OF_TABLE - 1)
                                + " characters together, which is what names in PostgreSQL have room for, found "
                                + (table.length() - 1));
            }
            for (String index : List.of("_ek", "_fts_idx")) {
                if (push.views().containsKey(name + index)) {
                    check.problem(
                            "push/views/" + name + index,
                            "expected another name, found the one that Feast gives an index of view " + name
                                    + " in PostgreSQL");
                }
            }
        });
    }

    private void columns(String path, List<String> used, String table, Optional<Set<String>> known) {
        check.known("a column of " + table, path, used, known);
        check.words(path, used, CrossCheck.COLUMN); // Feast's Spark store puts them into SQL as they are
        used.stream()
                .filter(column -> FEASTS.contains(column.toLowerCase(Locale.ROOT)))
                .forEach(column -> check.problem(
                        path,
                        "expected a name that Feast leaves to others, found " + column + ", which it uses itself"));
    }

    /** Feast joins the names of view and feature by two underscores where it answers with full names. */
    private void fullNames(Push push) {
        Map<String, String> seen = new HashMap<>();
        push.views().forEach((name, view) -> {
            List<String> again = new ArrayList<>();
            for (String feature : view.features()) {
                String other = seen.put(name + "__" + feature, name + ":" + feature);
                if (other != null) {
                    again.add(name + ":" + feature + " and " + other);
                }
            }
            again.forEach(pair -> check.problem(
                    "push/views/" + name + "/features",
                    "expected full names that differ, found one for " + pair + ": Feast joins view and feature by __"));
        });
    }
}
