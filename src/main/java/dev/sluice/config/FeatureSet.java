package dev.sluice.config;

import dev.sluice.core.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

@Doc(
        "Features of an entity, independent of any model: one row per spine row, with nothing that was not known at its as_of.")
public record FeatureSet(
        @Doc("What it is, in one sentence.") Optional<String> description,
        @Doc("Who answers for it; the pipeline's owner when left out.") Optional<String> owner,
        @Doc(
                        "Name of its table, by which other sections read it. Each version of the definition has a table of its own, whose name ends with the version.")
                TableName table,
        @Doc("What the rows hang on: entity (key) and time (as_of).") Features.Spine spine,
        @Doc("Features of the spine row itself, by name: Spark SQL over its columns.") Map<String, Sql> take,
        @Doc("Values looked up by key; the version valid at as_of where the table keeps history.")
                List<Features.Lookup> lookups,
        @Doc("The newest row known at as_of; also of another set.") @Name("as_of_joins")
                List<Features.AsOfJoin> asOfJoins,
        @Doc("Aggregates over the rows of a span of time that were known at as_of.") List<Features.Window> windows,
        @Doc("What is true of the table, by check name.") Map<String, Check> checks,
        @Doc("How rows are written.") Write write)
        implements FeatureTable {
    public FeatureSet {
        take = Ordered.copy(take);
        lookups = List.copyOf(lookups);
        asOfJoins = List.copyOf(asOfJoins);
        windows = List.copyOf(windows);
        checks = Ordered.copy(checks);
    }

    @Override
    public Optional<Features.Label> predicts() {
        return Optional.empty();
    }

    /** The same, made from tables of other names. */
    public FeatureSet reading(UnaryOperator<TableName> names) {
        return new FeatureSet(
                description,
                owner,
                table,
                spine.reading(names),
                take,
                lookups.stream().map(lookup -> lookup.reading(names)).toList(),
                asOfJoins.stream().map(join -> join.reading(names)).toList(),
                windows.stream().map(window -> window.reading(names)).toList(),
                checks,
                write);
    }

    /** The same in a table of another name. */
    public FeatureSet in(TableName other) {
        return new FeatureSet(description, owner, other, spine, take, lookups, asOfJoins, windows, checks, write);
    }
}
