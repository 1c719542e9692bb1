package dev.sluice.quality;

import dev.sluice.config.Contract;
import dev.sluice.port.CheckResult;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Numbers;
import dev.sluice.stats.TableProfile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides a contract from a profile. Verdicts are named {@code contract.COLUMN.type}, {@code .presence}, {@code .domain}
 * and {@code .range}, in the order of the contract; there is one for each thing that a column promises. Nulls are a matter
 * of presence alone; NaN lies above every number, as in Spark. A column that the contract does not know is a warning.
 */
public final class ContractChecks {
    private static final int EXAMPLES = 3;

    private static final Map<String, String> OTHER_SPELLINGS =
            Map.of("long", "bigint", "integer", "int", "short", "smallint", "byte", "tinyint", "real", "float");

    private ContractChecks() {}

    /** All verdicts. Of a table without rows, the types alone can be broken. */
    public static List<CheckResult> evaluate(Contract contract, TableProfile profile) {
        List<CheckResult> results = new ArrayList<>();
        contract.columns().forEach((name, promised) -> {
            ColumnProfile found = profile.columns().get(name);
            if (found == null) {
                results.add(fail(name, "type", OptionalDouble.empty(), "no such column", promised.type()));
                return;
            }
            results.add(type(name, promised, found));
            if (promised.presence() > 0) {
                results.add(presence(name, promised, found));
            }
            if (!promised.domain().isEmpty()) {
                results.add(domain(name, promised, found));
            }
            if (promised.min().isPresent() || promised.max().isPresent()) {
                results.add(range(name, promised, found));
            }
        });
        profile.columns().forEach((name, found) -> {
            if (!contract.columns().containsKey(name)) {
                results.add(result(
                        name, "type", CheckResult.Status.WARN, OptionalDouble.empty(), found.type(), "no such column"));
            }
        });
        return List.copyOf(results);
    }

    private static CheckResult type(String name, Contract.Column promised, ColumnProfile found) {
        boolean same = plain(promised.type()).equals(plain(found.type()));
        return verdict(name, "type", same, OptionalDouble.empty(), found.type(), promised.type());
    }

    /** One spelling for {@code LONG} and {@code bigint}. */
    private static String plain(String type) {
        String lower = type.toLowerCase(Locale.ROOT).replace(" ", "");
        return OTHER_SPELLINGS.getOrDefault(lower, lower);
    }

    private static CheckResult presence(String name, Contract.Column promised, ColumnProfile found) {
        double share = found.completeness();
        String words = found.rows() == 0
                ? "no rows"
                : Words.percent(share) + " of " + Words.rows(found.rows()) + " (" + Words.count(found.nulls())
                        + " without a value)";
        return verdict(
                name,
                "presence",
                found.rows() == 0 || share >= promised.presence(),
                found.rows() == 0 ? OptionalDouble.empty() : OptionalDouble.of(share),
                words,
                "a value in at least " + Words.percent(promised.presence()) + " of the rows");
    }

    private static CheckResult domain(String name, Contract.Column promised, ColumnProfile found) {
        String expected = "one of " + promised.domain().size() + " values: " + examples(promised.domain());
        Optional<Distinct> distinct = found.distinct();
        if (distinct.isEmpty() || !(distinct.get() instanceof Distinct.Counted counted)) {
            // More different values than are counted: certainly some that a smaller domain does not have.
            boolean undecided = distinct.isEmpty() || promised.domain().size() > Distinct.MOST_COUNTED;
            String words = distinct.map(many -> "about " + Words.count(Math.round(many.count())) + " different values")
                    .orElse("values of type " + found.type() + ", which are not counted");
            return result(
                    name,
                    "domain",
                    undecided ? CheckResult.Status.WARN : CheckResult.Status.FAIL,
                    OptionalDouble.empty(),
                    words,
                    expected);
        }
        Set<String> known = new HashSet<>(promised.domain());
        List<Map.Entry<String, Long>> strangers = counted.frequencies().entrySet().stream()
                .filter(entry -> !known.contains(entry.getKey()))
                .toList();
        long rows = strangers.stream().mapToLong(Map.Entry::getValue).sum();
        String words = strangers.isEmpty()
                ? Words.count(counted.frequencies().size()) + " of them"
                : Words.rows(rows) + " with another value: "
                        + examples(strangers.stream()
                                .map(entry -> "'" + entry.getKey() + "' (" + Words.count(entry.getValue()) + ")")
                                .toList());
        return verdict(name, "domain", strangers.isEmpty(), OptionalDouble.of((double) rows), words, expected);
    }

    private static CheckResult range(String name, Contract.Column promised, ColumnProfile found) {
        String expected =
                Words.between(promised.min().map(Words::number), promised.max().map(Words::number));
        if (found.numbers().isEmpty()) {
            return fail(name, "range", OptionalDouble.empty(), "values of type " + found.type(), expected);
        }
        Numbers numbers = found.numbers().get();
        boolean low =
                promised.min().isPresent() && numbers.min() < promised.min().get();
        boolean high =
                promised.max().isPresent() && numbers.max() > promised.max().get();
        boolean nans = promised.max().isPresent() && numbers.nans() > 0;
        String words = numbers.count() == 0
                ? "no numbers"
                : Words.number(numbers.min()) + " to " + Words.number(numbers.max());
        return verdict(
                name,
                "range",
                !low && !high && !nans,
                numbers.count() == 0 ? OptionalDouble.empty() : OptionalDouble.of(low ? numbers.min() : numbers.max()),
                numbers.nans() == 0 ? words : words + ", and NaN in " + Words.rows(numbers.nans()),
                expected);
    }

    private static String examples(List<String> all) {
        String few = all.stream().limit(EXAMPLES).collect(Collectors.joining(", "));
        return all.size() <= EXAMPLES ? few : few + ", ...";
    }

    private static CheckResult verdict(
            String column, String promise, boolean kept, OptionalDouble metric, String found, String expected) {
        CheckResult.Status status = kept ? CheckResult.Status.PASS : CheckResult.Status.FAIL;
        return result(column, promise, status, metric, found, expected);
    }

    private static CheckResult fail(
            String column, String promise, OptionalDouble metric, String found, String expected) {
        return verdict(column, promise, false, metric, found, expected);
    }

    private static CheckResult result(
            String column,
            String promise,
            CheckResult.Status status,
            OptionalDouble metric,
            String found,
            String expected) {
        return new CheckResult("contract." + column + "." + promise, column, status, metric, found, expected);
    }
}
