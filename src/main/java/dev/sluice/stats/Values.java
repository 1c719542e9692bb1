package dev.sluice.stats;

import dev.sluice.stats.ColumnProfile.Extent;
import java.util.Optional;

/**
 * The values of a column, nulls left out. Quantiles of numbers that are few and counted follow from the counts, exactly, so
 * that they are fed only from where values are estimated on.
 */
abstract class Values {
    private final Tally tally;

    /** Null where values are no numbers. */
    final Numbers.Builder numbers;

    Values(Tally tally, Numbers.Builder numbers) {
        this.tally = tally;
        this.numbers = numbers;
    }

    /** How many there are. */
    abstract long count();

    /** All values of a profile of the same type. */
    void add(ColumnProfile other) {
        Distinct theirs = other.distinct().orElseThrow();
        if (tally.counted() && !tally.takes(theirs)) {
            estimate();
        }
        tally.add(theirs);
        other.numbers().ifPresent(known -> {
            numbers.add(known);
            if (!tally.counted()) {
                numbers.quantiles().add(known.quantiles());
            }
        });
        other.extent().ifPresent(this::widen);
    }

    /** From here on values are estimated. */
    final void estimate() {
        if (numbers != null) {
            numbers.quantiles().add(Quantiles.of(tally.frequencies()));
        }
        tally.estimate();
    }

    /** The profile of these values and so many nulls. */
    ColumnProfile build(String type, long nulls) {
        Distinct distinct = tally.build(count());
        Optional<Numbers> known = Optional.ofNullable(numbers)
                .map(some -> distinct instanceof Distinct.Counted counted
                        ? some.build(Quantiles.of(counted.frequencies()))
                        : some.build());
        return new ColumnProfile(
                type,
                count() + nulls,
                nulls,
                known,
                count() == 0 ? Optional.empty() : extent(known),
                lengths(),
                forms(),
                Optional.of(distinct));
    }

    abstract void widen(Extent extent);

    /** Of one value or more. */
    abstract Optional<Extent> extent(Optional<Numbers> known);

    Optional<Lengths> lengths() {
        return Optional.empty();
    }

    Optional<TextForms> forms() {
        return Optional.empty();
    }
}
