package dev.sluice.config;

import dev.sluice.core.ColumnName;
import dev.sluice.core.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the section ingest says of names that another section has. */
final class IngestCheck {
    private final Pipeline pipeline;
    private final Map<TableName, Contract> contracts;
    private final KnownColumns columns;
    private final CrossCheck check;

    IngestCheck(Pipeline pipeline, Map<TableName, Contract> contracts, KnownColumns columns, CrossCheck check) {
        this.pipeline = pipeline;
        this.contracts = contracts;
        this.columns = columns;
        this.check = check;
    }

    /** Tells every problem of one table. */
    void check(TableName table, Ingest ingest) {
        String path = "ingest/" + table;
        if (!pipeline.sources().containsKey(ingest.from()) && !check.wrong("sources/" + ingest.from())) {
            check.unknown(
                    path + "/from",
                    "a source",
                    ingest.from(),
                    pipeline.sources().keySet());
        }
        source(ingest).ifPresent(source -> {
            names(table, ingest, source);
            prepare(path, ingest, source);
            write(path + "/write", ingest, source);
        });
        derive(path + "/derive", ingest);
        Optional<Set<String>> known = columns.ingest(table);
        String what = "a column of " + table;
        check.known(what, path + "/key", ingest.key(), known);
        check.words(path + "/rows", ingest.rows().keySet(), CrossCheck.NAME);
        ingest.rows()
                .forEach((name, rule) -> check.row(path + "/rows/" + name + "/expect", rule.expect(), table, known));
        ingest.dedupe().ifPresent(dedupe -> {
            check.known(what, path + "/dedupe/by", dedupe.by(), known);
            check.known(what, path + "/dedupe/order_by", dedupe.orderBy(), known);
        });
        check.checks(path + "/checks", ingest.checks(), table, known);
        check.write(path + "/write", ingest.write(), table, known);
        if (contracts.containsKey(table)) {
            check.known(what, path + "/contract", contracts.get(table).columns().keySet(), known);
        }
    }

    private Optional<Source> source(Ingest ingest) {
        return Optional.ofNullable(pipeline.sources().get(ingest.from()))
                .filter(source -> !check.wrong("sources/" + ingest.from()));
    }

    /** What the table is to store by a name of its source. */
    private void names(TableName table, Ingest ingest, Source source) {
        source.columns().keySet().stream()
                .filter(column -> !ingest.rename().containsKey(column) && !ColumnName.isStorable(column))
                .forEach(column -> check.problem(
                        Place.child("sources/" + ingest.from() + "/columns", column),
                        "expected " + ColumnName.EXPECTED + ", since " + table + " stores the column, found "
                                + Problem.quoted(column) + "; give it another name: ingest/" + table
                                + "/rename: {" + Problem.quoted(column) + ": NAME}"));
    }

    private void prepare(String path, Ingest ingest, Source source) {
        Optional<Set<String>> known = columns.source(ingest.from());
        String what = "a column of source " + ingest.from();
        check.known(what, path + "/trim", ingest.trim(), known);
        ingest.trim().forEach(column -> text(path + "/trim", column, source));
        check.known(what, path + "/cast", ingest.cast().keySet(), known);
        ingest.cast().keySet().forEach(column -> text(path + "/cast/" + column, column, source));
        check.known(what, path + "/rename", ingest.rename().keySet(), known);
        check.words(path + "/rename", ingest.rename().values(), CrossCheck.COLUMN);
        Set<String> names = KnownColumns.set(List.of());
        source.columns().keySet().forEach(column -> {
            if (!names.add(ingest.renamed(column))) {
                check.problem(
                        path + "/rename",
                        "expected a name of its own for each column, found " + ingest.renamed(column) + " twice");
            }
        });
        check.known(
                "a column of source " + ingest.from() + " by its new name",
                path + "/fill",
                ingest.fill().keySet(),
                Optional.of(names));
        source.columns().forEach((column, declared) -> {
            String name = ingest.renamed(column);
            ColumnType type = type(ingest, column, declared);
            String value = ingest.fill().get(name);
            if (value != null && !type.holds(value)) {
                check.problem(
                        path + "/fill/" + name,
                        "expected a value of type " + type + ", found " + Problem.quoted(value));
            }
        });
    }

    private static ColumnType type(Ingest ingest, String column, ColumnType declared) {
        Ingest.Cast cast = ingest.cast().get(column);
        return cast == null ? declared : cast.to();
    }

    private void text(String path, String column, Source source) {
        ColumnType type = source.columns().get(column);
        if (type != null && !type.equals(ColumnType.STRING)) {
            check.problem(path, "expected a column of type string, found " + column + ", which is declared " + type);
        }
    }

    /** Each derived column may use the source's and the ones before it. */
    private void derive(String path, Ingest ingest) {
        check.words(path, ingest.derive().keySet(), CrossCheck.COLUMN);
        Optional<Set<String>> known = columns.prepared(ingest);
        ingest.derive().forEach((name, sql) -> {
            check.row(path + "/" + name, sql, "source " + ingest.from() + ", or one derived before", known);
            if (known.isPresent() && !known.get().add(name)) {
                check.problem(path + "/" + name, "expected a new column, found " + name + ", which is there already");
            }
        });
    }

    private void write(String path, Ingest ingest, Source source) {
        Write write = ingest.write();
        String from = "sources/" + ingest.from();
        if (source.read().newOnly() && !(write instanceof Write.Append || write instanceof Write.Merge)) {
            check.problem(
                    path,
                    "expected append or merge, since " + from + " is read with new_only, found " + write.mode()
                            + ", which would drop what was read before");
            return;
        }
        if (write instanceof Write.ReplaceInterval && !source.ofInterval()) {
            check.problem(
                    path,
                    "expected a source with select, since replace_interval writes the rows of an" + " interval, found "
                            + from + " without it");
        }
        if (write instanceof Write.Overwrite && source.ofInterval()) {
            check.problem(
                    path,
                    "expected replace_interval, since " + from
                            + " selects the rows of an interval, found overwrite, which would drop all others");
        }
        boolean byKey = write instanceof Write.Scd2 || write instanceof Write.Merge;
        if (byKey && ingest.key().isEmpty()) {
            check.problem(path, "expected a key beside " + write.mode() + ", found none");
        }
    }
}
