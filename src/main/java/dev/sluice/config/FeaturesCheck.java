package dev.sluice.config;

import dev.sluice.config.ExpressionCheck.Reading;
import dev.sluice.core.TableName;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the section features or a feature set says of tables and columns that other sections have. */
final class FeaturesCheck {
    private final String root;
    private final KnownColumns columns;
    private final CrossCheck check;

    /**
     * A check of one table.
     *
     * @param root path of the section or set
     */
    FeaturesCheck(String root, KnownColumns columns, CrossCheck check) {
        this.root = root;
        this.columns = columns;
        this.check = check;
    }

    /**
     * Tells every problem.
     *
     * @param made columns of the table that is made; empty when that is not known
     */
    void check(FeatureTable features, Optional<Set<String>> made) {
        KnownTooLate late = new KnownTooLate(root, features, check);
        Features.Spine spine = features.spine();
        TableName from = spine.from();
        Optional<Set<String>> known = table(root + "/spine/from", from);
        check.known("a column of " + from, root + "/spine/key", spine.key(), known);
        check.known("a column of " + from, root + "/spine/keep", spine.keep(), known);
        check.known("a column of " + from, root + "/spine/never", spine.never(), known);
        late.refuseNever(root + "/spine/key", spine.key());
        late.refuseNever(root + "/spine/keep", spine.keep());
        check.row(root + "/spine/as_of", spine.asOf(), from, known);
        late.refuseNever(root + "/spine/as_of", check.read(spine.asOf()).columns());
        features.predicts().ifPresent(label -> {
            check.row(root + "/label/expr", label.expr(), from, known);
            check.row(root + "/label/known_at", label.knownAt(), from, known);
        });
        features.take().forEach((name, sql) -> {
            check.row(root + "/take/" + name, sql, from, known);
            late.refuse(root + "/take/" + name, check.read(sql).columns());
        });
        for (int i = 0; i < features.lookups().size(); i++) {
            lookup(root + "/lookups/" + i, features.lookups().get(i), spine, known, late);
        }
        for (int i = 0; i < features.asOfJoins().size(); i++) {
            Features.AsOfJoin join = features.asOfJoins().get(i);
            asOfJoin(root + "/as_of_joins/" + i, join, spine, known, late);
            known(
                    root + "/as_of_joins/" + i,
                    join.from(),
                    join.knownAt(),
                    join.take().values(),
                    features,
                    late);
        }
        for (int i = 0; i < features.windows().size(); i++) {
            Features.Window window = features.windows().get(i);
            window(root + "/windows/" + i, window, spine, known, late);
            List<Sql> read = Stream.concat(window.take().values().stream(), window.bucket().stream())
                    .toList();
            known(root + "/windows/" + i, window.from(), window.knownAt(), read, features, late);
        }
        featureNames(features);
        check.checks(root + "/checks", features.checks(), features.table(), made);
        if (!features.write().replaces()) {
            check.problem(
                    root + "/write",
                    "expected replace_interval or overwrite, found "
                            + features.write().mode());
        }
        check.write(root + "/write", features.write(), features.table(), made);
    }

    /** When rows that are met are known, as far as it can be told to be wrong. */
    private void known(
            String path, TableName from, Sql knownAt, Collection<Sql> read, FeatureTable features, KnownTooLate late) {
        ExpressionCheck.Shift shift = check.read(knownAt).shift();
        if (columns.sets().contains(from)
                && shift.isBefore(new ExpressionCheck.Shift(shift.of(), Duration.ZERO))
                && shift.of().replace("`", "").equals("as_of")) {
            check.problem(
                    path + "/known_at",
                    "expected as_of or later, since no row of a feature set is known before its as_of, found "
                            + knownAt);
        }
        if (from.equals(features.spine().from())) {
            features.predicts().ifPresent(label -> late.refuseEarlier(path + "/known_at", knownAt, read, label));
        }
    }

    private void lookup(
            String path,
            Features.Lookup lookup,
            Features.Spine spine,
            Optional<Set<String>> spineColumns,
            KnownTooLate late) {
        Optional<Set<String>> known = table(path + "/from", lookup.from());
        keys(path + "/keys", lookup.keys(), lookup.from(), known, spine, spineColumns, late);
        lookup.take().forEach((name, sql) -> {
            check.row(path + "/take/" + name, sql, lookup.from(), known);
            if (lookup.from().equals(spine.from())) { // a lookup has no known_at that would hide the row itself
                Set<String> used = check.read(sql).columns();
                if (isOwnRow(lookup, spine)) {
                    late.refuse(path + "/take/" + name, used);
                } else {
                    late.refuseNever(path + "/take/" + name, used);
                }
            }
        });
    }

    private static boolean isOwnRow(Features.Lookup lookup, Features.Spine spine) {
        return lookup.keys().entrySet().stream().allMatch(key -> key.getKey().equalsIgnoreCase(key.getValue()))
                && KnownColumns.set(lookup.keys().keySet()).containsAll(spine.key());
    }

    private void asOfJoin(
            String path,
            Features.AsOfJoin join,
            Features.Spine spine,
            Optional<Set<String>> spineColumns,
            KnownTooLate late) {
        Optional<Set<String>> known = table(path + "/from", join.from());
        keys(path + "/keys", join.keys(), join.from(), known, spine, spineColumns, late);
        check.row(path + "/time", join.time(), join.from(), known);
        check.row(path + "/known_at", join.knownAt(), join.from(), known);
        join.take().forEach((name, sql) -> check.row(path + "/take/" + name, sql, join.from(), known));
    }

    private void window(
            String path,
            Features.Window window,
            Features.Spine spine,
            Optional<Set<String>> spineColumns,
            KnownTooLate late) {
        Optional<Set<String>> known = table(path + "/from", window.from());
        check.known("a column of " + window.from(), path + "/by", window.by(), known);
        check.known("a column of " + spine.from(), path + "/by", window.by(), spineColumns);
        late.refuse(path + "/by", window.by());
        check.row(path + "/time", window.time(), window.from(), known);
        check.row(path + "/known_at", window.knownAt(), window.from(), known);
        window.bucket().ifPresent(bucket -> check.row(path + "/bucket", bucket, window.from(), known));
        window.take().forEach((name, sql) -> {
            String at = path + "/take/" + name;
            Reading reading = check.read(sql);
            check.uses(at, reading, window.from(), known);
            if (reading.flaws().isEmpty() && reading.aggregates().isEmpty()) {
                check.problem(
                        at,
                        "expected one of " + String.join(", ", Aggregates.OF_WINDOWS)
                                + " of an expression, found none of them");
            }
        });
    }

    /** The columns of a table that is read: of a feature set, or ingested. */
    private Optional<Set<String>> table(String path, TableName table) {
        return columns.sets().contains(table) ? columns.set(table) : check.table(path, table, columns.sets());
    }

    private void keys(
            String path,
            Map<String, String> keys,
            TableName table,
            Optional<Set<String>> known,
            Features.Spine spine,
            Optional<Set<String>> spineColumns,
            KnownTooLate late) {
        if (keys.isEmpty() && !check.wrong(path)) {
            check.problem(path, "expected at least one COLUMN of the spine table: COLUMN of " + table + ", found none");
        }
        keys.forEach((left, right) -> {
            check.known("a column of " + spine.from(), path + "/" + left, List.of(left), spineColumns);
            check.known("a column of " + table, path + "/" + left, List.of(right), known);
            late.refuse(path + "/" + left, List.of(left));
        });
    }

    /** Every column of the feature table has a name of its own. */
    private void featureNames(FeatureTable features) {
        Set<String> taken = KnownColumns.set(features.spine().key());
        taken.addAll(features.spine().keep());
        taken.add("as_of");
        taken.addAll(KnownColumns.flags(features));
        features.predicts().map(Features.Label::name).ifPresent(label -> {
            taken.add(label);
            if (!label.matches(CrossCheck.COLUMN)) {
                check.problem(root + "/label/name", "expected letters, digits and _, found " + Problem.quoted(label));
            }
        });
        featureNames(root + "/take", features.take(), taken);
        for (int i = 0; i < features.lookups().size(); i++) {
            featureNames(
                    root + "/lookups/" + i + "/take", features.lookups().get(i).take(), taken);
        }
        for (int i = 0; i < features.asOfJoins().size(); i++) {
            featureNames(
                    root + "/as_of_joins/" + i + "/take",
                    features.asOfJoins().get(i).take(),
                    taken);
        }
        for (int i = 0; i < features.windows().size(); i++) {
            windowNames(root + "/windows/" + i + "/take", features.windows().get(i), taken);
        }
    }

    private void windowNames(String path, Features.Window window, Set<String> taken) {
        check.words(path, window.take().keySet(), CrossCheck.COLUMN);
        for (String name : window.take().keySet()) {
            window.over().forEach(span -> ownName(path + "/" + name, window.name(name, span), taken));
        }
    }

    private void featureNames(String path, Map<String, Sql> take, Set<String> taken) {
        check.words(path, take.keySet(), CrossCheck.COLUMN);
        take.keySet().forEach(name -> ownName(path + "/" + name, name, taken));
    }

    private void ownName(String path, String name, Set<String> taken) {
        if (!taken.add(name)) {
            check.problem(
                    path,
                    "expected a name of its own, found " + name
                            + ", which is taken: by the key, as_of, a kept column, a flag, the label or another feature");
        }
    }
}
