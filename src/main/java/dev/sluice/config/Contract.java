package dev.sluice.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

@Doc("The reviewed schema of a table: inferred from a profile, kept in git.")
public record Contract(
        @Doc("Version of this file format; 1.") int format,
        @Doc("What the columns promise, at least one, by name.") Map<String, Column> columns) {
    public Contract {
        Invalid.unless(format == 1, "format", "expected 1, the only format this version reads, found " + format);
        columns = Ordered.copy(columns);
        Invalid.unless(!columns.isEmpty(), "columns", "expected at least one column, found none");
    }

    @Doc("What a column promises.")
    public record Column(
            @Doc("Spark SQL type.") String type,
            @Doc("Smallest share of rows with a value, from 0 to 1.") @Default("0.0") double presence,
            @Doc("All values that may occur.") List<String> domain,
            @Doc("Smallest value.") Optional<Double> min,
            @Doc("Largest value.") Optional<Double> max) {
        public Column {
            domain = List.copyOf(domain);
            Invalid.unless(
                    presence >= 0 && presence <= 1, "presence", "expected a share from 0 to 1, found " + presence);
        }
    }
}
