package dev.sluice.config;

import dev.sluice.core.TableName;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

@Doc("Which features are served online, and where: the newest row of each entity, as Feast reads it.")
public record Push(
        @Doc("Name of the connection of kind redis or jdbc.") String connection,
        @Doc(
                        "Name of Feast's project: letters, digits and _. In one Redis database no project's name may end with another's.")
                String project,
        @Doc("Most rows that are pushed in a second, by all tasks together; as many as the store takes when left out.")
                @Name("rows_per_second")
                Optional<Integer> rowsPerSecond,
        @Doc(
                        "Which rows are read back and compared with the table once they are pushed: a sample of up to 100 of each task, or all.")
                @Name("read_back")
                @Default("sample")
                ReadBack readBack,
        @Doc("Feature views, at least one, by the name that Feast knows.") Map<String, View> views) {
    public Push {
        views = Ordered.copy(views);
        Invalid.unless(
                project.matches("[A-Za-z0-9][A-Za-z0-9_]*"),
                "project",
                "expected letters, digits and _, the first no _, found '" + project + "'");
        Invalid.unless(
                rowsPerSecond.orElse(1) >= 1,
                "rows_per_second",
                "expected 1 or more, found " + rowsPerSecond.orElse(1));
        Invalid.unless(!views.isEmpty(), "views", "expected at least one view, found none");
        Set<String> seen = new HashSet<>();
        views.keySet()
                .forEach(name -> Invalid.unless(
                        seen.add(name.toLowerCase(Locale.ROOT)),
                        "views",
                        "expected names that differ in more than case, which is all that Feast sees, found '" + name
                                + "' again"));
    }

    /** Which rows are compared with the store once they are pushed. */
    public enum ReadBack {
        SAMPLE,
        ALL
    }

    @Doc("A feature view: features of a table by entity, at their as_of.")
    public record View(
            @Doc("Table of a feature set that the features come from; the table of the section features when left out.")
                    Optional<TableName> from,
            @Doc(
                            "Columns that name the entity, Feast's join keys, at least one: texts, binaries or whole numbers of the table.")
                    List<String> entity,
            @Doc("Columns of the table that are served, at least one.") List<String> features,
            @Doc(
                            "How long after its as_of a row is served; for ever when left out. Redis forgets an entity as a whole: when the last of its views has ended.")
                    @Name("expire_after")
                    Optional<Duration> expireAfter,
            @Doc(
                            "Condition over the table's columns: an entity whose newest row meets it is deleted, and nothing is served of it until it has a younger row that does not.")
                    Optional<Sql> deleted) {
        public View {
            entity = List.copyOf(entity);
            features = List.copyOf(features);
            Invalid.unless(!entity.isEmpty(), "entity", "expected at least one column, found none");
            Invalid.unless(!features.isEmpty(), "features", "expected at least one column, found none");
            Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            entity.forEach(column -> once(seen, "entity", column));
            features.forEach(column -> once(seen, "features", column));
            expireAfter.ifPresent(span -> Invalid.unless(
                    !span.isNegative() && !span.isZero(),
                    "expire_after",
                    "expected a span above zero, found " + Durations.print(span)));
        }

        private static void once(Set<String> seen, String key, String column) {
            Invalid.unless(
                    seen.add(column),
                    key,
                    "expected each column once in entity and features, found " + column + " again");
        }
    }
}
