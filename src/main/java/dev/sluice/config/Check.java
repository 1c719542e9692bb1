package dev.sluice.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is true of a table; each is decided by Deequ's own constraint of that meaning. */
@Family
@Doc("What is true of a table.")
public sealed interface Check
        permits Check.Size, Check.Unique, Check.Complete, Check.Contained, Check.Range, Check.Mean {
    /** What happens when it is not true. */
    TableElse otherwise();

    /** What happens when a check is not true. */
    enum TableElse {
        WARN,
        FAIL
    }

    @Doc("Number of rows, of the whole slice or of each group.")
    record Size(
            @Doc("Bounds of the number of rows.") Bounds size,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        @Doc("Bounds of a number of rows.")
        public record Bounds(
                @Doc("Column whose every value's rows are counted.") Optional<String> per,
                @Doc("Fewest rows.") Optional<Long> min,
                @Doc("Most rows.") Optional<Long> max) {
            public Bounds {
                Invalid.unless(min.isPresent() || max.isPresent(), "", "expected min, max or both, found neither");
            }
        }
    }

    @Doc("These columns together are different in every row.")
    record Unique(
            @Doc("Columns, at least one.") List<String> unique,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Unique {
            unique = List.copyOf(unique);
            Invalid.unless(!unique.isEmpty(), "unique", "expected at least one column, found none");
        }
    }

    @Doc("Share of rows in which the column is not null.")
    record Complete(
            @Doc("Column.") String complete,
            @Doc("Smallest share, from 0 to 1.") @Default("1.0") double min,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Complete {
            Invalid.unless(min >= 0 && min <= 1, "min", "expected a share from 0 to 1, found " + min);
        }
    }

    @Doc("Share of rows whose value occurs in a column of another table; nulls do not count.")
    record Contained(
            @Doc("Column of this table: TABLE.COLUMN that holds the known values.") Map<String, String> contained,
            @Doc("Smallest share, from 0 to 1.") @Default("1.0") double min,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Contained {
            contained = Ordered.copy(contained);
            Invalid.unless(
                    contained.size() == 1, "contained", "expected one COLUMN: TABLE.COLUMN, found " + contained.size());
            Invalid.unless(min >= 0 && min <= 1, "min", "expected a share from 0 to 1, found " + min);
        }
    }

    @Doc("All values of a column lie between bounds; nulls do not count.")
    record Range(
            @Doc("Column.") String range,
            @Doc("Smallest value.") Optional<Double> min,
            @Doc("Largest value.") Optional<Double> max,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Range {
            Invalid.unless(min.isPresent() || max.isPresent(), "", "expected min, max or both, found neither");
        }
    }

    @Doc("Mean of a column lies between bounds.")
    record Mean(
            @Doc("Column.") String mean,
            @Doc("Smallest mean.") Optional<Double> min,
            @Doc("Largest mean.") Optional<Double> max,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Check {
        public Mean {
            Invalid.unless(min.isPresent() || max.isPresent(), "", "expected min, max or both, found neither");
        }
    }
}
