package dev.sluice.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@Doc("How candidates are trained.")
public record Train(
        @Doc("Rows that are used: decision times this far back from the interval's end, with a label known by then.")
                Duration window,
        @Doc("How rows are split.") Split split,
        @Doc("How columns become a vector.") @Default("{}") Prepare prepare,
        @Doc("What is trained, by name; at least one baseline.") Map<String, Candidate> candidates,
        @Doc("How the best is chosen.") Search search,
        @Doc("Seed of everything random.") @Default("1") long seed) {
    public Train {
        candidates = Ordered.copy(candidates);
        Invalid.unless(!candidates.isEmpty(), "candidates", "expected at least one candidate, found none");
        Invalid.unless(
                candidates.values().stream().anyMatch(Candidate.Majority.class::isInstance),
                "candidates",
                "expected a baseline to compare with (algorithm: majority), found none");
    }

    @Doc("Shares of the rows: by decision time (the oldest train, the newest test), or by a hash of columns.")
    public record Split(
            @Doc("Share that is trained on.") double train,
            @Doc("Share that chooses among candidates.") double validate,
            @Doc("Share that gates judge on; training never sees it.") double test,
            @Doc("Decision times left out between two parts, so that no label overlaps.") @Default("0h") Duration gap,
            @Doc("Columns whose hash chooses the part, not the decision time: same values, same part, in every run.")
                    List<String> hash,
            @Doc("Column each of whose values is divided by the shares, to the row; beside hash.")
                    Optional<String> stratify,
            @Doc("What validate and test may have in common with train.") @Default("{}") Shared shared) {
        public Split {
            hash = List.copyOf(hash);
            Invalid.unless(
                    train > 0 && validate > 0 && test > 0 && Math.abs(train + validate + test - 1) < 1e-9,
                    "",
                    "expected train, validate and test above 0 and 1 together, found " + train + " + " + validate
                            + " + " + test);
            Invalid.unless(
                    hash.isEmpty() || gap.isZero(),
                    "gap",
                    "expected gap where rows are split by decision time, found it beside hash");
            Invalid.unless(
                    stratify.isEmpty() || !hash.isEmpty(), "stratify", "expected stratify beside hash, found it alone");
        }
    }

    @Doc("What validate and test have in common with train: counted in every training, which stops above a limit.")
    public record Shared(
            @Doc("Columns that name an entity, such as a customer.") List<String> entity,
            @Doc("Largest share of the rows of validate, and of test, whose features are all those of a training row.")
                    @Name("max_rows")
                    Optional<Double> maxRows,
            @Doc("Largest share of the rows of validate, and of test, whose entity has training rows too.")
                    @Name("max_entities")
                    Optional<Double> maxEntities) {
        public Shared {
            entity = List.copyOf(entity);
            share("max_rows", maxRows);
            share("max_entities", maxEntities);
            Invalid.unless(
                    maxEntities.isEmpty() || !entity.isEmpty(),
                    "max_entities",
                    "expected entity beside max_entities, found it alone");
        }

        private static void share(String name, Optional<Double> share) {
            Invalid.unless(
                    share.isEmpty() || (share.get() >= 0 && share.get() <= 1),
                    name,
                    "expected a share from 0 to 1, found "
                            + share.map(String::valueOf).orElse(""));
        }
    }

    @Doc("How columns become a vector.")
    public record Prepare(
            @Doc("Columns of categories.") @Default("{}") Categorical categorical,
            @Doc("How numbers are treated.") @Default("{}") Numeric numeric,
            @Doc("Features that look wrong before anything is trained.") @Default("{}") Guards guards) {}

    @Doc("Columns of categories: one-hot, the most frequent levels, unseen ones in a level of their own.")
    public record Categorical(
            @Doc("Columns.") List<String> columns,
            @Doc("Most levels that get a place; the rarer ones share the unseen level.")
                    @Name("max_levels")
                    @Default("60")
                    int maxLevels) {
        public Categorical {
            columns = List.copyOf(columns);
            Invalid.unless(maxLevels >= 2, "max_levels", "expected at least 2, found " + maxLevels);
        }
    }

    @Doc("How numbers are treated.")
    public record Numeric(
            @Doc("What replaces a number that is missing, NaN or infinite, in training and in scoring.")
                    @Default("median")
                    Impute impute,
            @Doc("Scaling for linear models.") @Default("standard") Scale scale) {}

    /** What replaces a missing number. */
    public enum Impute {
        MEDIAN,
        MEAN
    }

    /** Scaling. */
    public enum Scale {
        STANDARD,
        NONE
    }

    @Doc("Features that look wrong before anything is trained.")
    public record Guards(
            @Doc("Largest absolute correlation of a numeric feature with the label: above it the label leaks.")
                    @Name("max_label_corr")
                    Optional<Double> maxLabelCorr,
            @Doc("Smallest variance of a numeric feature.") @Name("min_variance") Optional<Double> minVariance) {}

    /** What is trained. */
    @Family(key = "algorithm")
    @Doc("What is trained.")
    public sealed interface Candidate permits Candidate.Majority, Candidate.LogisticRegression, Candidate.Xgboost {
        /** Parameter values to try: every combination is one trial. */
        Map<String, List<Double>> grid();

        @Name("majority")
        @Doc("The baseline: the share of positives in the training rows, for every row.")
        record Majority() implements Candidate {
            @Override
            public Map<String, List<Double>> grid() {
                return Map.of();
            }
        }

        @Name("logistic_regression")
        @Doc("Logistic regression (Spark ML).")
        record LogisticRegression(
                @Doc("Values to try of regParam, elasticNetParam, maxIter.") Map<String, List<Double>> grid)
                implements Candidate {
            public LogisticRegression {
                grid = Grids.check(grid, List.of("regParam", "elasticNetParam", "maxIter"));
            }
        }

        @Name("xgboost")
        @Doc("Gradient-boosted trees (XGBoost).")
        record Xgboost(
                @Doc("Values to try of maxDepth, eta, numRound, minChildWeight, subsample, colsampleBytree, lambda.")
                        Map<String, List<Double>> grid)
                implements Candidate {
            public Xgboost {
                grid = Grids.check(
                        grid,
                        List.of(
                                "maxDepth",
                                "eta",
                                "numRound",
                                "minChildWeight",
                                "subsample",
                                "colsampleBytree",
                                "lambda"));
            }
        }
    }

    @Doc("How the best is chosen, on the validation rows.")
    public record Search(
            @Doc("Metric that chooses.") Metric metric,
            @Doc("Trials at a time.") @Default("1") int parallelism,
            @Doc("Trials not started by then are left out, as rows that say so.") @Default("2h") Duration timeout,
            @Doc("Largest share of trials that may fail.") @Name("max_failed") @Default("0.3") double maxFailed) {
        public Search {
            Invalid.unless(parallelism >= 1, "parallelism", "expected at least 1, found " + parallelism);
            Invalid.unless(
                    maxFailed >= 0 && maxFailed <= 1, "max_failed", "expected a share from 0 to 1, found " + maxFailed);
        }
    }
}
