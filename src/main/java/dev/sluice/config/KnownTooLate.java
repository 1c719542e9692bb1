package dev.sluice.config;

import dev.sluice.config.ExpressionCheck.Reading;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a definition says of columns that are known only after the decision: those of {@code never}, and those that give its label
 * away. The only column that a label is computed from is one, and so is a column that is the label's known_at. Of a label of several
 * columns each may be known in time.
 */
final class KnownTooLate {
    private final String root;
    private final CrossCheck check;
    private final Set<String> never;
    private final Set<String> ofLabel = KnownColumns.set(Set.of());
    private final Set<String> outcome;

    KnownTooLate(String root, FeatureTable features, CrossCheck check) {
        this.root = root;
        this.check = check;
        Features.Spine spine = features.spine();
        this.never = KnownColumns.set(spine.never());
        this.outcome = KnownColumns.set(spine.never());
        features.predicts().ifPresent(label -> {
            Reading asOf = check.read(spine.asOf());
            Reading expr = check.read(label.expr());
            Reading knownAt = check.read(label.knownAt());
            outcome.addAll(expr.columns());
            if (expr.columns().size() == 1 && !isByDecision(knownAt, asOf)) {
                ofLabel.addAll(expr.columns());
            }
            if (isColumn(knownAt) && !KnownColumns.set(spine.keep()).containsAll(knownAt.columns())) {
                ofLabel.addAll(knownAt.columns());
            }
            ofLabel.removeAll(asOf.columns());
            ofLabel.removeAll(spine.key());
            outcome.removeAll(asOf.columns());
        });
    }

    /** A spine row may use what is known only later nowhere; other rows' values are hidden until their known_at. */
    void refuse(String path, Collection<String> used) {
        refuseNever(path, used);
        among(used, ofLabel)
                .filter(column -> !never.contains(column))
                .forEach(column -> check.problem(
                        path,
                        "expected columns known at decision time, found " + column + ", which gives " + root
                                + "/label away and is known with it"));
    }

    /** The same of the columns of {@code never} alone: where a column is no feature, or where it may be of another row. */
    void refuseNever(String path, Collection<String> used) {
        among(used, never)
                .forEach(column -> check.problem(
                        path,
                        "expected columns known at decision time, found " + column + ", which " + root
                                + "/spine/never names"));
    }

    private static Stream<String> among(Collection<String> used, Set<String> columns) {
        return used.stream().filter(columns::contains).sorted();
    }

    /**
     * Refuses to see the label of other rows before it is known: where both times are the same but for a fixed lag, the shorter one
     * is wrong. A known_at that was written with the outcome says of each row when it was known.
     */
    void refuseEarlier(String path, Sql knownAt, Collection<Sql> read, Features.Label label) {
        Reading reading = check.read(knownAt);
        if (!reading.shift().isBefore(check.read(label.knownAt()).shift())
                || reading.columns().stream().anyMatch(outcome::contains)) {
            return;
        }
        Set<String> labels = KnownColumns.set(check.read(label.expr()).columns());
        read.stream()
                .flatMap(sql -> check.read(sql).columns().stream())
                .filter(labels::contains)
                .sorted()
                .findFirst()
                .ifPresent(column -> check.problem(
                        path,
                        "expected a time not before that of " + root + "/label/known_at (" + label.knownAt()
                                + "), since it is read when " + column + " of other rows is known, found " + knownAt));
    }

    private static boolean isByDecision(Reading knownAt, Reading asOf) {
        return knownAt.shift().of().equals(asOf.shift().of()) && !asOf.shift().isBefore(knownAt.shift());
    }

    private static boolean isColumn(Reading reading) {
        return reading.columns().size() == 1
                && reading.columns().stream()
                        .allMatch(column -> reading.shift().by().isZero()
                                && reading.shift().of().replace("`", "").equalsIgnoreCase(column));
    }
}
