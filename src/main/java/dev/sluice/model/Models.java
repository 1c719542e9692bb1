package dev.sluice.model;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;

/** Keeps fitted pipelines as Spark ML directories. */
public final class Models {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PIPELINE = "org.apache.spark.ml.PipelineModel";
    private static final String SQL = "org.apache.spark.ml.feature.SQLTransformer";

    /** Loading a stage calls a method of the class its metadata names, so what is not known does not get that far. */
    private static final Set<String> STAGES = Set.of(
            SQL,
            "org.apache.spark.ml.feature.ImputerModel",
            "org.apache.spark.ml.feature.StringIndexerModel",
            "org.apache.spark.ml.feature.OneHotEncoderModel",
            "org.apache.spark.ml.feature.VectorAssembler",
            "org.apache.spark.ml.classification.LogisticRegressionModel",
            "org.apache.spark.ml.classification.GBTClassificationModel");

    private static final String BEFORE_CASTS = "SELECT *";
    private static final String BEHIND_CASTS = " FROM __THIS__";

    /**
     * The one shape of SQL that {@link Preparation} writes: casts of columns, which can call nothing. Models of before infinite
     * numbers were filled have plain ones.
     */
    private static final Pattern CAST = Pattern.compile(
            ", (CAST\\(`[^`]+` AS DOUBLE\\)|IF\\(abs\\((?<number>CAST\\(`[^`]+` AS DOUBLE\\))\\) < double\\('Infinity'\\), \\k<number>, NULL\\))"
                    + " AS `[^`]+`");

    private static final int LONGEST_SQL = 200;

    private Models() {}

    /** Writes a model, replacing what is there. */
    public static void save(PipelineModel model, String location) {
        try {
            model.write().overwrite().save(location);
        } catch (IOException e) {
            throw new UncheckedIOException("the model cannot be written to " + location, e);
        }
    }

    /**
     * Reads a model after a look at what it is made of.
     *
     * @param location folder as Spark opens it
     * @throws SluiceException MODEL_MISSING when there is none; MODEL_REFUSED when it holds a stage that Sluice does not
     *     write
     */
    public static PipelineModel load(SparkSession spark, String location) {
        List<String> pipeline;
        try {
            pipeline = spark.read().textFile(location + "/metadata").collectAsList();
        } catch (Exception e) {
            if (e instanceof AnalysisException) {
                throw new SluiceException(
                        ErrorCode.MODEL_MISSING,
                        "there is no Spark ML model at " + location,
                        "run train again, or register another version",
                        e);
            }
            throw e;
        }
        refuse(location, metadata(location, pipeline), Set.of(PIPELINE));
        List<String> stages =
                spark.read().textFile(location + "/stages/*/metadata").collectAsList();
        for (String stage : stages) {
            refuse(location, metadata(location, List.of(stage)), STAGES);
        }
        return PipelineModel.load(location);
    }

    /** The probability of 1, of a model's output. */
    public static Column probability() {
        return functions.vector_to_array(col("probability"), "float64").getItem(1);
    }

    private static JsonNode metadata(String location, List<String> lines) {
        try {
            return JSON.readTree(String.join("\n", lines));
        } catch (JsonProcessingException e) {
            throw refused(location, "metadata that is no JSON", e);
        }
    }

    private static void refuse(String location, JsonNode metadata, Set<String> allowed) {
        String name = metadata.path("class").asText();
        if (!allowed.contains(name)) {
            throw refused(location, "a stage of class '" + name + "'", null);
        }
        String statement = metadata.path("paramMap").path("statement").asText();
        if (name.equals(SQL) && !isCasts(statement)) {
            throw refused(
                    location,
                    "a stage with the SQL '" + statement.substring(0, Math.min(LONGEST_SQL, statement.length())) + "'",
                    null);
        }
    }

    /** One cast after the other: a pattern of all would need a stack that grows with the columns. */
    static boolean isCasts(String statement) {
        if (!statement.startsWith(BEFORE_CASTS) || !statement.endsWith(BEHIND_CASTS)) {
            return false;
        }
        int end = statement.length() - BEHIND_CASTS.length();
        Matcher cast = CAST.matcher(statement).region(BEFORE_CASTS.length(), Math.max(BEFORE_CASTS.length(), end));
        while (cast.regionStart() < end && cast.lookingAt()) {
            cast.region(cast.end(), end);
        }
        return cast.regionStart() == end && end > BEFORE_CASTS.length();
    }

    private static SluiceException refused(String location, String found, Throwable cause) {
        return new SluiceException(
                ErrorCode.MODEL_REFUSED,
                "the model at " + location + " holds " + found + ", which Sluice does not write",
                "only models that Sluice trained are loaded; register one of those",
                cause);
    }
}
