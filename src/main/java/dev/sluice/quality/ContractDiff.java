package dev.sluice.quality;

import dev.sluice.config.Contract;
import dev.sluice.port.CheckResult;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a new profile would change in a contract. A change is breaking where the rows do not keep the contract, so that who
 * relies on it would meet what was never promised; it is compatible where the contract could promise more, or a column is new.
 */
public final class ContractDiff {
    private static final String NOTHING = "nothing";
    private static final int EXAMPLES = 5;

    private final List<Change> changes = new ArrayList<>();
    private final Set<String> broken;

    private ContractDiff(Set<String> broken) {
        this.broken = broken;
    }

    /** What a change means for those who rely on the contract. */
    public enum Kind {
        COMPATIBLE,
        BREAKING
    }

    /**
     * One promise that would be another.
     *
     * @param promise key of the contract file, such as {@code domain}; {@code column} where it is the column itself
     * @param from what is promised
     * @param to what the profile would have it promise
     */
    public record Change(String column, String promise, Kind kind, String from, String to) {}

    /** All changes, in the order of the contract, new columns last. */
    public static List<Change> between(Contract contract, TableProfile profile, Contract.Environment environment) {
        Set<String> broken = ContractChecks.evaluate(contract, profile, environment).stream()
                .map(ContractVerdict::result)
                .filter(result -> result.status() == CheckResult.Status.FAIL)
                .map(CheckResult::check)
                .collect(Collectors.toSet());
        ContractDiff diff = new ContractDiff(broken);
        Map<String, Contract.Column> proposed = ContractInference.infer(profile).columns();
        contract.columns().forEach((name, promised) -> {
            if (promised.isIn(environment)) {
                diff.column(
                        name,
                        promised,
                        Optional.ofNullable(proposed.get(name)),
                        Optional.ofNullable(profile.columns().get(name)));
            }
        });
        proposed.forEach((name, column) -> {
            if (!contract.columns().containsKey(name)) {
                diff.changes.add(new Change(name, "column", Kind.COMPATIBLE, NOTHING, column.type()));
            }
        });
        return List.copyOf(diff.changes);
    }

    private void column(
            String name, Contract.Column from, Optional<Contract.Column> proposed, Optional<ColumnProfile> profile) {
        if (proposed.isEmpty() || profile.isEmpty()) {
            changes.add(new Change(name, "column", Kind.BREAKING, from.type(), NOTHING));
            return;
        }
        Contract.Column to = proposed.get();
        if (isBroken(name, "type")) {
            changes.add(new Change(name, "type", Kind.BREAKING, from.type(), to.type()));
        }
        changed(name, "presence", to.presence() > from.presence(), share(from.presence()), share(to.presence()));
        domain(name, from, to, profile.get());
        range(name, from, to);
        length(name, from, to);
        changed(name, "unique", to.unique() && !from.unique(), word(from.unique()), word(to.unique()));
    }

    private void domain(String name, Contract.Column from, Contract.Column to, ColumnProfile profile) {
        Optional<Distinct.Counted> counted =
                profile.distinct().filter(Distinct.Counted.class::isInstance).map(Distinct.Counted.class::cast);
        if (from.domain().isEmpty() || counted.isEmpty()) {
            boolean proposes = from.domain().isEmpty() && !to.domain().isEmpty();
            changed(name, "domain", proposes, values(from.domain(), false), values(to.domain(), from.sensitive()));
            return;
        }
        Set<String> found = counted.get().frequencies().keySet();
        Set<String> more = new TreeSet<>(found);
        from.domain().forEach(more::remove);
        Set<String> fewer = new TreeSet<>(from.domain());
        fewer.removeAll(found);
        if (isBroken(name, "domain")) {
            changes.add(new Change(
                    name,
                    "domain",
                    Kind.BREAKING,
                    from.domain().size() + " values",
                    "and " + values(List.copyOf(more), from.sensitive())));
        }
        if (!fewer.isEmpty() && profile.rows() > profile.nulls()) {
            changes.add(new Change(
                    name,
                    "domain",
                    Kind.COMPATIBLE,
                    from.domain().size() + " values",
                    "without " + values(List.copyOf(fewer), false)));
        }
    }

    private void range(String name, Contract.Column from, Contract.Column to) {
        boolean narrower = to.min().isPresent()
                && to.max().isPresent()
                && (from.min().map(min -> to.min().get() > min).orElse(true)
                        || from.max().map(max -> to.max().get() < max).orElse(true));
        boolean wider = isBroken(name, "range");
        // Where one end is to be moved the other one stays.
        Optional<Double> min =
                from.min().flatMap(old -> to.min().map(seen -> wider ? Math.min(old, seen) : Math.max(old, seen)));
        Optional<Double> max =
                from.max().flatMap(old -> to.max().map(seen -> wider ? Math.max(old, seen) : Math.min(old, seen)));
        changed(
                name,
                "range",
                narrower,
                bounds(from.min(), from.max()),
                bounds(wider ? min : min.or(to::min), wider ? max : max.or(to::max)));
    }

    private void length(String name, Contract.Column from, Contract.Column to) {
        String before = from.length().map(ContractDiff::bounds).orElse(NOTHING);
        String after = to.length().map(ContractDiff::bounds).orElse(NOTHING);
        boolean narrower = to.length().isPresent() && from.length().isEmpty();
        changed(name, "length", narrower, before, after);
    }

    private void changed(String name, String promise, boolean narrower, String from, String to) {
        if (isBroken(name, promise)) {
            changes.add(new Change(name, promise, Kind.BREAKING, from, to));
        } else if (narrower) {
            changes.add(new Change(name, promise, Kind.COMPATIBLE, from, to));
        }
    }

    private boolean isBroken(String name, String promise) {
        return broken.contains("contract." + name + "." + promise);
    }

    private static String share(double share) {
        return share == 0 ? NOTHING : Words.percent(share);
    }

    private static String word(boolean unique) {
        return unique ? "unique" : NOTHING;
    }

    private static String bounds(Optional<Double> min, Optional<Double> max) {
        return min.isEmpty() && max.isEmpty() ? NOTHING : Words.between(min.map(Words::number), max.map(Words::number));
    }

    private static String bounds(Contract.Length length) {
        return Words.between(
                Optional.of(Words.count(length.min())), length.max().map(Words::count));
    }

    private static String values(List<String> values, boolean sensitive) {
        if (values.isEmpty()) {
            return NOTHING;
        }
        if (sensitive) {
            return values.size() + " more values, which are not shown";
        }
        String few =
                values.stream().limit(EXAMPLES).map(value -> "'" + value + "'").collect(Collectors.joining(", "));
        return values.size() <= EXAMPLES ? few : few + ", ... (" + values.size() + ")";
    }
}
