package dev.sluice.stats;

import java.util.Objects;
import java.util.Optional;

/**
 * What is known of one column after one scan. Profiles of disjoint rows merge into the profile of all of them.
 *
 * @param type Spark SQL name of its type, such as {@code bigint}
 * @param rows number of rows
 * @param nulls rows without a value
 * @param numbers of a column of numbers
 * @param extent of a column that has a value: of texts, dates, times, whole numbers and decimals
 * @param lengths of a column of texts, bytes or arrays
 * @param forms of a column of texts
 * @param distinct different values, NaN counting as one; not of arrays, structs and maps
 */
public record ColumnProfile(
        String type,
        long rows,
        long nulls,
        Optional<Numbers> numbers,
        Optional<Extent> extent,
        Optional<Lengths> lengths,
        Optional<TextForms> forms,
        Optional<Distinct> distinct) {
    public ColumnProfile {
        Objects.requireNonNull(type, "type");
        if (nulls < 0 || rows < nulls) {
            throw new IllegalArgumentException(
                    "expected at most as many nulls as rows, found " + nulls + " of " + rows);
        }
        ColumnKind kind = ColumnKind.of(type);
        if (numbers.isPresent() != kind.isNumber()
                || lengths.isPresent() != kind.hasLength()
                || forms.isPresent() != (kind == ColumnKind.TEXT)
                || distinct.isPresent() != kind.hasDistinct()) {
            throw new IllegalArgumentException("a column of type " + type + " does not have " + numbers + ", " + lengths
                    + ", " + forms + ", " + distinct);
        }
        if (distinct.isPresent()
                && distinct.get() instanceof Distinct.Estimated estimated
                && estimated.values() != rows - nulls) {
            throw new IllegalArgumentException(
                    "expected " + (rows - nulls) + " values, found " + estimated.values() + " of them estimated");
        }
    }

    /**
     * Smallest and largest value, exactly: texts by their UTF-8 bytes, dates and times (UTC) in ISO 8601, whole numbers and
     * decimals with all their digits.
     */
    public record Extent(String min, String max) {}

    /** The profile of no rows. */
    public static ColumnProfile none(String type) {
        return new ColumnProfileBuilder(type).build();
    }

    /** What the column's values are. */
    public ColumnKind kind() {
        return ColumnKind.of(type);
    }

    /** Share of rows with a value; NaN without rows. */
    public double completeness() {
        return (double) (rows - nulls) / rows;
    }

    /** What the column seems to be for; empty without values, and of arrays, structs and bytes. */
    public Optional<Meaning> meaning() {
        return Meaning.of(this);
    }

    /**
     * The profile of the rows of both, which must be different rows.
     *
     * @throws IllegalArgumentException when the types differ
     */
    public ColumnProfile merge(ColumnProfile other) {
        return new ColumnProfileBuilder(type).add(this).add(other).build();
    }
}
