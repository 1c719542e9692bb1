package dev.sluice.config;

import dev.sluice.config.ExpressionCheck.Reading;
import dev.sluice.core.TableName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the checks of a table say of its columns, of other tables and of each other. */
final class ChecksCheck {
    private final KnownColumns columns;
    private final CrossCheck check;

    ChecksCheck(KnownColumns columns, CrossCheck check) {
        this.columns = columns;
        this.check = check;
    }

    /**
     * Tells every problem.
     *
     * @param known the table's columns; empty where they are not known
     */
    void check(String path, Map<String, Check> checks, TableName table, Optional<Set<String>> known) {
        check.words(path, checks.keySet(), CrossCheck.NAME);
        checks.forEach((name, one) -> {
            String at = path + "/" + name;
            one.columns().forEach((key, used) -> check.known("a column of " + table, at + "/" + key, used, known));
            if (one instanceof Check.Contained contained) {
                contained
                        .contained()
                        .forEach((column, other) -> contained(Place.child(at + "/contained", column), other));
            } else if (one instanceof Check.Expect expect) {
                check.row(at + "/expect", expect.expect(), table, known);
            } else if (one instanceof Measure.Value value) {
                aggregate(at + "/value", value.value(), table, known);
            } else if (one instanceof Check.Usual usual) {
                usual(at + "/usual", usual.usual(), checks);
            } else if (one instanceof Check.Agrees agrees) {
                Optional<Set<String>> others = check.table(at + "/with", agrees.with());
                aggregate(at + "/agrees", agrees.agrees(), table, known);
                aggregate(at + (agrees.as().isPresent() ? "/as" : "/agrees"), agrees.other(), agrees.with(), others);
                check.known(
                        "a column of " + agrees.with(),
                        at + (agrees.withPer().isPresent() ? "/with_per" : "/per"),
                        agrees.otherPer().stream().toList(),
                        others);
            }
        });
    }

    private void usual(String path, String other, Map<String, Check> checks) {
        check.known(
                "a check of the table whose answer is one number of all rows",
                path,
                List.of(other),
                Optional.of(checks.entrySet().stream()
                        .filter(entry -> entry.getValue().isNumberOfAllRows())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toCollection(LinkedHashSet::new))));
    }

    /** An expression that makes one value of all rows of a table. */
    private void aggregate(String path, Sql sql, TableName table, Optional<Set<String>> known) {
        Reading reading = check.read(sql);
        check.uses(path, reading, table, known);
        if (reading.flaws().isEmpty() && reading.aggregates().isEmpty()) {
            check.problem(path, "expected an aggregate such as sum(x) or count(*), found none");
        }
        reading.aggregates().stream()
                .filter(name -> !Aggregates.OF_TABLES.contains(name))
                .sorted()
                .forEach(name -> check.problem(
                        path,
                        "expected one of " + String.join(", ", Aggregates.OF_TABLES) + ", found " + name
                                + ", which is for features/windows alone"));
    }

    private void contained(String path, String other) {
        int dot = other.lastIndexOf('.');
        if (dot < 0) {
            check.problem(path, "expected TABLE.COLUMN, found " + Problem.quoted(other));
            return;
        }
        String table = other.substring(0, dot);
        if (check.tableNames().contains(table)) {
            check.known(
                    "a column of " + table,
                    path,
                    List.of(other.substring(dot + 1)),
                    columns.ingest(new TableName(table)));
        } else if (!check.wrong("ingest/" + table)) {
            check.unknown(path, "a table of the section ingest", table, check.tableNames());
        }
    }
}
