package dev.sluice.config;

import dev.sluice.core.TableName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** How a table of features is made: one row per spine row, with nothing that was not known at its {@code as_of}. */
public sealed interface FeatureTable permits Features, FeatureSet {
    /** The table that is made. */
    TableName table();

    /** What the rows hang on. */
    Features.Spine spine();

    /** Features of the spine row itself, by name. */
    Map<String, Sql> take();

    /** Values looked up by key. */
    List<Features.Lookup> lookups();

    /** The newest rows known at decision time. */
    List<Features.AsOfJoin> asOfJoins();

    /** Aggregates over rows that were known at decision time. */
    List<Features.Window> windows();

    /** What is true of the table, by check name. */
    Map<String, Check> checks();

    /** How rows are written. */
    Write write();

    /** What is to be predicted from it; empty for features that are independent of any model. */
    Optional<Features.Label> predicts();

    /** The tables that it is made from. */
    default Set<TableName> reads() {
        Set<TableName> tables = new TreeSet<>(Set.of(spine().from()));
        lookups().forEach(lookup -> tables.add(lookup.from()));
        asOfJoins().forEach(join -> tables.add(join.from()));
        windows().forEach(window -> tables.add(window.from()));
        return tables;
    }
}
