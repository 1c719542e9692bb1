package dev.sluice.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the section push says of the feature table, and whether Feast can take its names. */
final class PushCheck {
    /** Columns that Feast adds of its own when it joins by time, and the key of a view without entity. */
    private static final Set<String> FEASTS = Set.of("event_timestamp", "entity_timestamp", "__dummy_id");

    private final KnownColumns columns;
    private final CrossCheck check;

    PushCheck(KnownColumns columns, CrossCheck check) {
        this.columns = columns;
        this.check = check;
    }

    /** Tells every problem. */
    void check(Push push) {
        check.connection("push/connection", push.connection(), Connection.Redis.class);
        check.words("push/views", push.views().keySet(), CrossCheck.COLUMN);
        push.views().forEach((name, view) -> {
            columns("push/views/" + name + "/entity", view.entity());
            columns("push/views/" + name + "/features", view.features());
        });
        fullNames(push);
    }

    private void columns(String path, List<String> used) {
        check.known("a column of the feature table", path, used, columns.features());
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
