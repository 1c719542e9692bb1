package dev.sluice.config;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

@Doc("The reviewed schema of a table: inferred from a profile, kept in git.")
public record Contract(
        @Doc("Version of this file format; 1.") int format,
        @Doc("What the columns promise, at least one, by name.") Map<String, Column> columns) {
    public Contract {
        Invalid.unless(format == 1, "format", "expected 1, the only format this version reads, found " + format);
        columns = Ordered.copy(columns);
        Invalid.unless(!columns.isEmpty(), "columns", "expected at least one column, found none");
    }

    /** Names of the columns whose values are shown to nobody. */
    public Set<String> sensitive() {
        return columns.entrySet().stream()
                .filter(column -> column.getValue().sensitive())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Doc("Where rows are from.")
    public enum Environment {
        TRAINING,
        SERVING
    }

    @Doc("What a column promises.")
    public record Column(
            @Doc("Spark SQL type.") String type,
            @Doc("Where it promises this; in training and serving when left out.") List<Environment> in,
            @Doc("Smallest share of rows with a value, from 0 to 1.") @Default("0.0") double presence,
            @Doc("All values that may occur.") List<String> domain,
            @Doc("Smallest share of the values that are in the domain, above 0 and at most 1.")
                    @Name("domain_mass")
                    @Default("1.0")
                    double domainMass,
            @Doc("Smallest value.") Optional<Double> min,
            @Doc("Largest value.") Optional<Double> max,
            @Doc("Lengths of texts in characters, of bytes, or of arrays.") Optional<Length> length,
            @Doc("Whether no value occurs twice.") @Default("false") boolean unique,
            @Doc("Whether its values are shown to nobody: they are masked in messages.") @Default("false")
                    boolean sensitive) {
        public Column {
            in = List.copyOf(in);
            domain = List.copyOf(domain);
            refuseTwice(domain);
            Invalid.unless(
                    presence >= 0 && presence <= 1, "presence", "expected a share from 0 to 1, found " + presence);
            Invalid.unless(
                    domainMass > 0 && domainMass <= 1,
                    "domain_mass",
                    "expected a share above 0 and at most 1, found " + domainMass);
            Invalid.unless(
                    domainMass == 1 || !domain.isEmpty(), "domain_mass", "expected a domain beside it, found none");
        }

        private static void refuseTwice(List<String> domain) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < domain.size(); i++) {
                String value = domain.get(i);
                int place = i + 1;
                Invalid.unless(
                        seen.add(value),
                        "domain",
                        () -> "expected each value once, found " + Problem.quoted(value) + " again, the " + place
                                + ". of " + domain.size());
            }
        }

        /** Whether its promises hold there. */
        public boolean isIn(Environment environment) {
            return in.isEmpty() || in.contains(environment);
        }
    }

    @Doc("Bounds of a length.")
    public record Length(@Doc("Shortest.") @Default("0") long min, @Doc("Longest.") Optional<Long> max) {
        public Length {
            Invalid.unless(min >= 0, "min", "expected 0 or more, found " + min);
            long least = min;
            Invalid.unless(
                    max.isEmpty() || max.get() >= least,
                    "max",
                    "expected at least min (" + min + "), found " + max.orElse(0L));
        }
    }
}
