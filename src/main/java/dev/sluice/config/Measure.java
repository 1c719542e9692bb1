package dev.sluice.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A check whose answer is one number that lies between bounds, both included. */
public sealed interface Measure extends Check
        permits Measure.Mean,
                Measure.Smallest,
                Measure.Largest,
                Measure.Sum,
                Measure.Sd,
                Measure.Quantile,
                Measure.Correlation,
                Measure.Distinctness,
                Measure.UniqueRatio,
                Measure.Entropy,
                Measure.MutualInformation,
                Measure.Value {
    /** Smallest number. */
    Optional<Double> min();

    /** Largest number. */
    Optional<Double> max();

    @Override
    default boolean isNumberOfAllRows() {
        return per().isEmpty();
    }

    @Doc("Mean of a column lies between bounds.")
    record Mean(
            @Doc("Column.") String mean,
            @Doc("Smallest mean.") Optional<Double> min,
            @Doc("Largest mean.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public Mean {
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Mean(String mean, Optional<Double> min, Optional<Double> max, TableElse otherwise) {
            this(mean, min, max, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("mean", List.of(mean), "per", per.stream().toList());
        }
    }

    @Doc("The smallest value of a column lies between bounds.")
    record Smallest(
            @Doc("Column.") String smallest,
            @Doc("Smallest value.") Optional<Double> min,
            @Doc("Largest value.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public Smallest {
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Smallest(String smallest, Optional<Double> min, Optional<Double> max, TableElse otherwise) {
            this(smallest, min, max, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("smallest", List.of(smallest), "per", per.stream().toList());
        }
    }

    @Doc("The largest value of a column lies between bounds.")
    record Largest(
            @Doc("Column.") String largest,
            @Doc("Smallest value.") Optional<Double> min,
            @Doc("Largest value.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public Largest {
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Largest(String largest, Optional<Double> min, Optional<Double> max, TableElse otherwise) {
            this(largest, min, max, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("largest", List.of(largest), "per", per.stream().toList());
        }
    }

    @Doc("Sum of a column lies between bounds.")
    record Sum(
            @Doc("Column.") String sum,
            @Doc("Smallest sum.") Optional<Double> min,
            @Doc("Largest sum.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public Sum {
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Sum(String sum, Optional<Double> min, Optional<Double> max, TableElse otherwise) {
            this(sum, min, max, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("sum", List.of(sum), "per", per.stream().toList());
        }
    }

    @Doc("Standard deviation of a column, of the population, lies between bounds.")
    record Sd(
            @Doc("Column.") String sd,
            @Doc("Smallest standard deviation.") Optional<Double> min,
            @Doc("Largest standard deviation.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public Sd {
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Sd(String sd, Optional<Double> min, Optional<Double> max, TableElse otherwise) {
            this(sd, min, max, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("sd", List.of(sd), "per", per.stream().toList());
        }
    }

    @Doc(
            "A quantile of a column lies between bounds: the smallest value that at least this share of the values do not exceed.")
    record Quantile(
            @Doc("Column: share from 0 to 1, such as 0.5 for the median.") Map<String, Double> quantile,
            @Doc("Smallest value.") Optional<Double> min,
            @Doc("Largest value.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public Quantile {
            quantile = Ordered.copy(quantile);
            CheckRules.one("quantile", quantile.keySet(), "COLUMN: SHARE");
            CheckRules.share("quantile", quantile.values().iterator().next());
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        /** The column. */
        public String column() {
            return quantile.keySet().iterator().next();
        }

        /** The share. */
        public double share() {
            return quantile.values().iterator().next();
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of(
                    Place.child("quantile", column()),
                    List.of(column()),
                    "per",
                    per.stream().toList());
        }
    }

    @Doc("Pearson's correlation of two columns lies between bounds; rows in which both are not null count.")
    record Correlation(
            @Doc("Two columns of numbers.") List<String> correlation,
            @Doc("Smallest correlation.") Optional<Double> min,
            @Doc("Largest correlation.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public Correlation {
            correlation = List.copyOf(correlation);
            CheckRules.pair("correlation", correlation);
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("correlation", correlation, "per", per.stream().toList());
        }
    }

    @Doc(
            "Different values over rows, from 0 to 1, lies between bounds; rows in which all columns are null do not count.")
    record Distinctness(
            @Doc("Columns, at least one.") List<String> distinctness,
            @Doc("Smallest share.") Optional<Double> min,
            @Doc("Largest share.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public Distinctness {
            distinctness = List.copyOf(distinctness);
            CheckRules.some("distinctness", distinctness);
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Distinctness(
                List<String> distinctness, Optional<Double> min, Optional<Double> max, TableElse otherwise) {
            this(distinctness, min, max, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("distinctness", distinctness, "per", per.stream().toList());
        }
    }

    @Doc(
            "Values that only one row has over different values, from 0 to 1, lies between bounds; rows in which all columns are null do not count.")
    record UniqueRatio(
            @Doc("Columns, at least one.") @Name("unique_ratio") List<String> uniqueRatio,
            @Doc("Smallest share.") Optional<Double> min,
            @Doc("Largest share.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public UniqueRatio {
            uniqueRatio = List.copyOf(uniqueRatio);
            CheckRules.some("unique_ratio", uniqueRatio);
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public UniqueRatio(List<String> uniqueRatio, Optional<Double> min, Optional<Double> max, TableElse otherwise) {
            this(uniqueRatio, min, max, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("unique_ratio", uniqueRatio, "per", per.stream().toList());
        }
    }

    @Doc(
            "Entropy of a column, in nats, lies between bounds: 0 where all values are the same, ln n where n values are equally frequent; nulls do not count.")
    record Entropy(
            @Doc("Column.") String entropy,
            @Doc("Smallest entropy.") Optional<Double> min,
            @Doc("Largest entropy.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public Entropy {
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public Entropy(String entropy, Optional<Double> min, Optional<Double> max, TableElse otherwise) {
            this(entropy, min, max, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("entropy", List.of(entropy), "per", per.stream().toList());
        }
    }

    @Doc("Mutual information of two columns, in nats, lies between bounds: 0 where one says nothing of the other.")
    record MutualInformation(
            @Doc("Two columns.") @Name("mutual_information") List<String> mutualInformation,
            @Doc("Smallest mutual information.") Optional<Double> min,
            @Doc("Largest mutual information.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public MutualInformation {
            mutualInformation = List.copyOf(mutualInformation);
            CheckRules.pair("mutual_information", mutualInformation);
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        /** Of all rows together. */
        public MutualInformation(
                List<String> mutualInformation, Optional<Double> min, Optional<Double> max, TableElse otherwise) {
            this(mutualInformation, min, max, Optional.empty(), Optional.empty(), otherwise);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of(
                    "mutual_information", mutualInformation, "per", per.stream().toList());
        }
    }

    @Doc("The number that a SELECT of one aggregate expression over the rows gives lies between bounds.")
    record Value(
            @Doc("Spark SQL of aggregates, such as avg(arr_delay) - avg(dep_delay) or count(*) FILTER (WHERE late).")
                    Sql value,
            @Doc("Smallest number.") Optional<Double> min,
            @Doc("Largest number.") Optional<Double> max,
            @Doc("Column whose every value's rows are judged by themselves.") Optional<String> per,
            @Doc("Groups of fewer rows are not judged.") @Name("min_rows") Optional<Long> minRows,
            @Doc("warn or fail.") @Name("else") @Default("fail") TableElse otherwise)
            implements Measure {
        public Value {
            CheckRules.bounds(min, max);
            CheckRules.groups(per, minRows);
        }

        @Override
        public Map<String, Collection<String>> columns() {
            return Map.of("per", per.stream().toList());
        }
    }
}
