package dev.sluice.adapter.deequ;

import dev.sluice.config.Check;
import dev.sluice.config.Measure;
import dev.sluice.quality.Words;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Values in messages; those of sensitive columns are told to nobody. */
record Shown(Set<String> sensitive) {
    private static final String MASK = "***";
    private static final int LONGEST = 60;

    Shown {
        sensitive = Set.copyOf(sensitive);
    }

    /** A value of a column. */
    String value(String column, String value) {
        if (sensitive.contains(column)) {
            return MASK;
        }
        return value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "…";
    }

    /** A number that is a value of a column. */
    String number(String column, double value) {
        return sensitive.contains(column) ? MASK : Words.number(value);
    }

    /** Whether a check's metric, which is recorded, is no value of a sensitive column. */
    boolean tells(Check check) {
        boolean isValue = check instanceof Check.Range
                || check instanceof Measure.Smallest
                || check instanceof Measure.Largest
                || check instanceof Measure.Quantile;
        return !isValue
                || check.columns().values().stream().flatMap(Collection::stream).noneMatch(sensitive::contains);
    }

    /** Values of columns: {@code EWR} alone, {@code (EWR, 2013-01-01 10:00:00)} for more. */
    String tuple(List<String> columns, List<String> values) {
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            shown.add(value(columns.get(i), values.get(i)));
        }
        return Words.tuple(shown);
    }
}
