package dev.sluice.quality;

import dev.sluice.config.Contract;
import dev.sluice.port.CheckResult;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Lengths;
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
 * Decides a contract from a profile. Verdicts are named {@code contract.COLUMN.type}, {@code .presence}, {@code .domain},
 * {@code .range}, {@code .length} and {@code .unique}, in the order of the contract; there is one for each thing that a column
 * promises in the environment. Nulls are a matter of presence alone; NaN lies above every number, as in Spark. A column that the
 * contract does not know is a warning, and so is what the profile cannot tell.
 */
public final class ContractChecks {
    private static final int EXAMPLES = 3;

    private static final Map<String, String> OTHER_SPELLINGS =
            Map.of("long", "bigint", "integer", "int", "short", "smallint", "byte", "tinyint", "real", "float");

    private ContractChecks() {}

    /** All verdicts. Of a table without rows, the types alone can be broken. */
    public static List<ContractVerdict> evaluate(
            Contract contract, TableProfile profile, Contract.Environment environment) {
        List<ContractVerdict> verdicts = new ArrayList<>();
        contract.columns().forEach((name, promised) -> {
            if (promised.isIn(environment)) {
                new Judge(name, promised, verdicts)
                        .judge(Optional.ofNullable(profile.columns().get(name)));
            }
        });
        profile.columns().forEach((name, found) -> {
            if (!contract.columns().containsKey(name)) {
                verdicts.add(verdict(
                        name,
                        "type",
                        Optional.of(AnomalyCode.COLUMN_NEW),
                        CheckResult.Status.WARN,
                        OptionalDouble.empty(),
                        found.type(),
                        "no such column"));
            }
        });
        return List.copyOf(verdicts);
    }

    /** Whether a contract's type and Spark's are one, {@code LONG} and {@code bigint} being the same. */
    static boolean isSame(String type, String other) {
        return plain(type).equals(plain(other));
    }

    private static String plain(String type) {
        String lower = type.toLowerCase(Locale.ROOT).replace(" ", "");
        return OTHER_SPELLINGS.getOrDefault(lower, lower);
    }

    private static ContractVerdict verdict(
            String column,
            String promise,
            Optional<AnomalyCode> anomaly,
            CheckResult.Status status,
            OptionalDouble metric,
            String found,
            String expected) {
        return new ContractVerdict(
                new CheckResult(
                        "contract." + column + "." + promise,
                        column,
                        status,
                        metric,
                        found,
                        expected,
                        CheckResult.Source.PROFILE),
                anomaly);
    }

    /** Judges one column. */
    private static final class Judge {
        private final String name;
        private final Contract.Column promised;
        private final List<ContractVerdict> verdicts;

        Judge(String name, Contract.Column promised, List<ContractVerdict> verdicts) {
            this.name = name;
            this.promised = promised;
            this.verdicts = verdicts;
        }

        void judge(Optional<ColumnProfile> column) {
            if (column.isEmpty()) {
                fails("type", AnomalyCode.COLUMN_MISSING, OptionalDouble.empty(), "no such column", promised.type());
                return;
            }
            ColumnProfile found = column.get();
            type(found);
            if (promised.presence() > 0) {
                presence(found);
            }
            if (!promised.domain().isEmpty()) {
                domain(found);
            }
            if (promised.min().isPresent() || promised.max().isPresent()) {
                range(found);
            }
            promised.length().ifPresent(length -> length(length, found));
            if (promised.unique()) {
                unique(found);
            }
        }

        private void type(ColumnProfile found) {
            decides(
                    "type",
                    isSame(promised.type(), found.type()) ? Optional.empty() : Optional.of(AnomalyCode.TYPE_CHANGED),
                    OptionalDouble.empty(),
                    found.type(),
                    promised.type());
        }

        private void presence(ColumnProfile found) {
            double share = found.completeness();
            boolean kept = found.rows() == 0 || share >= promised.presence();
            decides(
                    "presence",
                    kept ? Optional.empty() : Optional.of(AnomalyCode.PRESENCE_LOW),
                    found.rows() == 0 ? OptionalDouble.empty() : OptionalDouble.of(share),
                    found.rows() == 0
                            ? "no rows"
                            : Words.percent(share) + " of " + Words.rows(found.rows()) + " ("
                                    + Words.count(found.nulls()) + " without a value)",
                    "a value in at least " + Words.percent(promised.presence()) + " of the rows");
        }

        private void domain(ColumnProfile found) {
            String few = "one of " + promised.domain().size() + " values: " + examples(promised.domain());
            String expected =
                    promised.domainMass() == 1 ? few : Words.percent(promised.domainMass()) + " of the values " + few;
            if (found.distinct().isEmpty()) {
                String words = "values of type " + found.type() + ", which are not counted";
                warns("domain", AnomalyCode.DOMAIN_UNDECIDED, words, expected);
                return;
            }
            Distinct distinct = found.distinct().get();
            Set<String> known = new HashSet<>(promised.domain());
            long values = found.rows() - found.nulls();
            long inside = 0;
            long atMostInside = 0;
            for (String value : known) {
                long counted = distinct.frequencies().getOrDefault(value, 0L);
                inside += counted;
                atMostInside += Math.min(values, counted + distinct.error());
            }
            double mass = (double) inside / values;
            double atMost = Math.min(1, (double) atMostInside / values);
            if (values == 0 || mass >= promised.domainMass()) {
                decides("domain", Optional.empty(), strangers(values - inside), inDomain(distinct, mass), expected);
            } else if (distinct instanceof Distinct.Estimated
                    && atMost >= promised.domainMass()
                    // More different values than a smaller domain has: some are strangers.
                    && (promised.domainMass() < 1 || known.size() > Distinct.MOST_COUNTED)) {
                warns(
                        "domain",
                        AnomalyCode.DOMAIN_UNDECIDED,
                        "about " + Words.count(Math.round(distinct.count())) + " different values",
                        expected);
            } else {
                fails(
                        "domain",
                        AnomalyCode.DOMAIN_STRANGERS,
                        strangers(values - inside),
                        strangers(distinct, known, values - inside),
                        expected);
            }
        }

        private static OptionalDouble strangers(long rows) {
            return OptionalDouble.of((double) rows);
        }

        private static String inDomain(Distinct distinct, double mass) {
            return mass < 1
                    ? Words.percent(mass) + " of the values in the domain"
                    : Words.count(distinct.frequencies().size()) + " of them";
        }

        private String strangers(Distinct distinct, Set<String> known, long rows) {
            if (distinct instanceof Distinct.Estimated) {
                return "about " + Words.count(Math.round(distinct.count())) + " different values";
            }
            return Words.rows(rows) + " with another value: "
                    + examples(distinct.frequencies().entrySet().stream()
                            .filter(entry -> !known.contains(entry.getKey()))
                            .map(entry -> shown(entry.getKey()) + " (" + Words.count(entry.getValue()) + ")")
                            .toList());
        }

        private void range(ColumnProfile found) {
            String expected = Words.between(
                    promised.min().map(Words::number), promised.max().map(Words::number));
            if (found.numbers().isEmpty()) {
                fails(
                        "range",
                        AnomalyCode.TYPE_WITHOUT_BOUNDS,
                        OptionalDouble.empty(),
                        "values of type " + found.type(),
                        expected);
                return;
            }
            Numbers numbers = found.numbers().get();
            boolean low =
                    promised.min().isPresent() && numbers.min() < promised.min().get();
            boolean high =
                    promised.max().isPresent() && numbers.max() > promised.max().get();
            boolean nans = promised.max().isPresent() && numbers.nans() > 0;
            Optional<AnomalyCode> anomaly = low
                    ? Optional.of(AnomalyCode.VALUE_TOO_SMALL)
                    : high
                            ? Optional.of(AnomalyCode.VALUE_TOO_LARGE)
                            : nans ? Optional.of(AnomalyCode.VALUE_NAN) : Optional.empty();
            String words = numbers.count() == 0
                    ? "no numbers"
                    : promised.sensitive()
                            ? "numbers outside, which are not shown"
                            : Words.number(numbers.min()) + " to " + Words.number(numbers.max());
            decides(
                    "range",
                    anomaly,
                    numbers.count() == 0 || promised.sensitive()
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(low ? numbers.min() : numbers.max()),
                    numbers.nans() == 0 ? words : words + ", and NaN in " + Words.rows(numbers.nans()),
                    expected);
        }

        private void length(Contract.Length length, ColumnProfile found) {
            String expected = Words.between(
                            Optional.of(Words.count(length.min())), length.max().map(Words::count))
                    + " long";
            if (found.lengths().isEmpty()) {
                fails(
                        "length",
                        AnomalyCode.TYPE_WITHOUT_BOUNDS,
                        OptionalDouble.empty(),
                        "values of type " + found.type(),
                        expected);
                return;
            }
            Lengths lengths = found.lengths().get();
            boolean none = lengths.count() == 0;
            boolean isShort = !none && lengths.shortest() < length.min();
            boolean isLong = !none
                    && length.max().isPresent()
                    && lengths.longest() > length.max().get();
            decides(
                    "length",
                    isShort
                            ? Optional.of(AnomalyCode.LENGTH_TOO_SHORT)
                            : isLong ? Optional.of(AnomalyCode.LENGTH_TOO_LONG) : Optional.empty(),
                    none
                            ? OptionalDouble.empty()
                            : OptionalDouble.of((double) (isShort ? lengths.shortest() : lengths.longest())),
                    none ? "no values" : Words.count(lengths.shortest()) + " to " + Words.count(lengths.longest()),
                    expected);
        }

        private void unique(ColumnProfile found) {
            String expected = "no value twice";
            if (found.distinct().isEmpty()) {
                String words = "values of type " + found.type() + ", which are not counted";
                warns("unique", AnomalyCode.UNIQUE_UNDECIDED, words, expected);
                return;
            }
            Distinct distinct = found.distinct().get();
            long values = found.rows() - found.nulls();
            Optional<Distinct.Frequent> twice = distinct.top(1).stream()
                    .filter(value -> value.atLeast() > 1)
                    .findFirst();
            if (distinct.repeats(values)) {
                String words = twice.map(
                                value -> shown(value.value()) + " in " + Words.rows(value.atLeast()) + " or more, ")
                        .orElse("");
                fails(
                        "unique",
                        AnomalyCode.NOT_UNIQUE,
                        OptionalDouble.of(distinct.count() / values),
                        words
                                + (distinct.relativeError() > 0 ? "about " : "")
                                + Words.count(Math.round(distinct.count())) + " different values in "
                                + Words.rows(values),
                        expected);
            } else if (distinct.relativeError() > 0) {
                warns(
                        "unique",
                        AnomalyCode.UNIQUE_UNDECIDED,
                        "about " + Words.count(Math.round(distinct.count())) + " different values in "
                                + Words.rows(values),
                        expected);
            } else {
                decides(
                        "unique",
                        Optional.empty(),
                        values == 0 ? OptionalDouble.empty() : OptionalDouble.of(1),
                        Words.count(values) + " different values",
                        expected);
            }
        }

        private String shown(String value) {
            return promised.sensitive() ? "***" : "'" + value + "'";
        }

        private static String examples(List<String> all) {
            String few = all.stream().limit(EXAMPLES).collect(Collectors.joining(", "));
            return all.size() <= EXAMPLES ? few : few + ", ...";
        }

        private void decides(
                String promise, Optional<AnomalyCode> anomaly, OptionalDouble metric, String found, String expected) {
            CheckResult.Status status = anomaly.isEmpty() ? CheckResult.Status.PASS : CheckResult.Status.FAIL;
            verdicts.add(verdict(name, promise, anomaly, status, metric, found, expected));
        }

        private void fails(String promise, AnomalyCode anomaly, OptionalDouble metric, String found, String expected) {
            decides(promise, Optional.of(anomaly), metric, found, expected);
        }

        private void warns(String promise, AnomalyCode anomaly, String found, String expected) {
            verdicts.add(verdict(
                    name,
                    promise,
                    Optional.of(anomaly),
                    CheckResult.Status.WARN,
                    OptionalDouble.empty(),
                    found,
                    expected));
        }
    }
}
