package dev.sluice.config;

import dev.sluice.core.TableName;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One pipeline, whole: what its YAML file says after overlays and references. Made by the loader, or in Java by calling
 * the same constructors.
 */
@Doc("One pipeline: one model or one set of tables, from raw files to a watched model.")
public record Pipeline(
        @Doc("Version of this file format; 1.") int format,
        @Doc("Name of the pipeline: letters, digits and dashes.") @Name("pipeline") String name,
        @Doc("What it is for, in one sentence.") Optional<String> about,
        @Doc("Who answers for it.") Optional<Owner> owner,
        @Doc("Inputs of a run, typed, set by --param NAME=VALUE, read by ${param:NAME}.") Map<String, Param> params,
        @Doc("Constants, read by ${var:NAME}; an environment overlay or --var NAME=VALUE may override them.")
                Map<String, String> vars,
        @Doc("Outside systems: exactly one of kind delta; one of kind mlflow where models are registered.")
                Map<String, Connection> connections,
        @Doc("How data time is cut into intervals.") Clock clock,
        @Doc("Settings of Spark.") @Default("{}") SparkSettings spark,
        @Doc("What is out there: location, columns, how an interval selects rows.") Map<String, Source> sources,
        @Doc("Tables made from sources, by table name.") Map<TableName, Ingest> ingest,
        @Doc("Files of other pipelines, relative to this one, whose feature sets this one reads; same lake.")
                @Name("uses_sets")
                List<String> usesSets,
        @Doc("Features independent of any model, by the name of their set.") @Name("feature_sets")
                Map<String, FeatureSet> featureSets,
        @Doc("The point-in-time-correct feature table.") Optional<Features> features,
        @Doc("Which features are served online, and where.") Optional<Push> push,
        @Doc("How candidates are trained.") Optional<Train> train,
        @Doc("Conditions a candidate must meet, on rows that training never saw.") Map<String, Gate> gates,
        @Doc("Where the model is registered.") Optional<Register> register,
        @Doc("How an interval is scored.") Optional<Score> score,
        @Doc("How the deployed model is watched.") Optional<Monitor> monitor,
        @Doc("What an orchestrator schedules: named lists of steps.") Map<String, Job> jobs) {

    public Pipeline {
        Invalid.unless(format == 1, "format", "expected 1, the only format this version reads, found " + format);
        Invalid.unless(
                name.matches("[a-z][a-z0-9-]*"),
                "pipeline",
                "expected lower-case letters, digits and dashes, found '" + name + "'");
        params = Ordered.copy(params);
        vars = Ordered.copy(vars);
        connections = Ordered.copy(connections);
        sources = Ordered.copy(sources);
        ingest = Ordered.copy(ingest);
        usesSets = List.copyOf(usesSets);
        featureSets = Ordered.copy(featureSets);
        gates = Ordered.copy(gates);
        jobs = Ordered.copy(jobs);
    }

    /** The lake: the one connection of kind delta. */
    public Connection.Delta lake() {
        List<Connection.Delta> lakes = connections.values().stream()
                .filter(Connection.Delta.class::isInstance)
                .map(Connection.Delta.class::cast)
                .toList();
        Invalid.unless(
                lakes.size() == 1,
                "connections",
                "expected exactly one connection of kind delta, found " + lakes.size());
        return lakes.get(0);
    }

    @Doc("Who answers for the pipeline.")
    public record Owner(@Doc("Team.") String team, @Doc("How to reach it.") Optional<String> contact) {}

    @Doc("A typed input of a run.")
    public record Param(
            @Doc("Type of the value.") ParamType type,
            @Doc("Value when none is given.") @Name("default") Optional<String> fallback,
            @Doc("Smallest allowed number.") Optional<Double> min,
            @Doc("Largest allowed number.") Optional<Double> max) {
        public Param {
            Invalid.unless(
                    type == ParamType.INT || type == ParamType.DOUBLE || (min.isEmpty() && max.isEmpty()),
                    min.isPresent() ? "min" : "max",
                    "expected bounds beside a number alone, found them beside "
                            + type.name().toLowerCase(Locale.ROOT));
            String wrong = fallback.map(value -> wrong(type, min, max, value)).orElse("");
            Invalid.unless(wrong.isEmpty(), "default", wrong);
        }

        /** What is wrong with a value; empty when it may be used. */
        Optional<String> wrong(String value) {
            return Optional.of(wrong(type, min, max, value)).filter(message -> !message.isEmpty());
        }

        private static String wrong(ParamType type, Optional<Double> min, Optional<Double> max, String value) {
            Shape.Scalar shape = Shape.Scalars.of(type.javaType());
            Object read;
            try {
                read = shape.parse().apply(value);
            } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
                return "expected " + shape.expected() + ", found " + Problem.quoted(value);
            }
            if (read instanceof Number number
                    && (number.doubleValue() < min.orElse(Double.NEGATIVE_INFINITY)
                            || number.doubleValue() > max.orElse(Double.POSITIVE_INFINITY))) {
                return "expected a number"
                        + min.map(m -> " from "
                                        + BigDecimal.valueOf(m)
                                                .stripTrailingZeros()
                                                .toPlainString())
                                .orElse("")
                        + max.map(m -> " up to "
                                        + BigDecimal.valueOf(m)
                                                .stripTrailingZeros()
                                                .toPlainString())
                                .orElse("")
                        + ", found " + value;
            }
            return "";
        }
    }

    /** What a parameter's value must be. */
    public enum ParamType {
        INT(int.class),
        DOUBLE(double.class),
        STRING(String.class),
        BOOLEAN(boolean.class),
        DATE(LocalDate.class);

        private final Class<?> javaType;

        ParamType(Class<?> javaType) {
            this.javaType = javaType;
        }

        Class<?> javaType() {
            return javaType;
        }
    }

    @Doc("How data time is cut into intervals.")
    public record Clock(
            @Doc("Time zone in which a date's midnight is meant, such as America/New_York.") @Default("UTC")
                    java.time.ZoneId zone,
            @Doc("Length of one interval; day is the only one.") @Default("day") Every interval) {}

    /** Length of an interval. */
    public enum Every {
        DAY
    }

    @Doc("Settings of Spark for this pipeline.")
    public record SparkSettings(@Doc("Spark configuration properties, by name.") Map<String, String> conf) {
        /** Settings under which rows vanish without a word. */
        private static final List<String> LOSING = List.of(
                "spark.sql.files.ignoreCorruptFiles",
                "spark.sql.files.ignoreMissingFiles",
                "spark.files.ignoreCorruptFiles",
                "spark.files.ignoreMissingFiles");

        public SparkSettings {
            conf = Ordered.copy(conf);
            for (String setting : LOSING) {
                Invalid.unless(
                        !"true".equals(conf.get(setting)),
                        "conf",
                        "expected no " + setting + ": true, which leaves out the rows of files that cannot be read,"
                                + " found it");
            }
        }
    }

    @Doc("A named list of steps.")
    public record Job(
            @Doc("What it is for.") Optional<String> about,
            @Doc("Steps, at least one, in the order of the life cycle.") List<Step> steps) {
        public Job {
            steps = List.copyOf(steps);
            Invalid.unless(!steps.isEmpty(), "steps", "expected at least one step, found none");
        }
    }
}
