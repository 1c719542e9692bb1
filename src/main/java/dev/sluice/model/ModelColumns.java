package dev.sluice.model;

import dev.sluice.config.Train;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Nearest;
import dev.sluice.core.SluiceException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Features by what becomes of them.
 *
 * @param numbers numeric and boolean columns: one place each in the vector
 * @param categories columns of names: one place per level
 */
public record ModelColumns(List<String> numbers, List<String> categories) {
    public ModelColumns {
        numbers = List.copyOf(numbers);
        categories = List.copyOf(categories);
    }

    /**
     * Sorts features, in their order, into numbers and the categories that the pipeline names.
     *
     * @throws SluiceException PLAN_INVALID naming every column that cannot be used
     */
    public static ModelColumns of(StructType features, Train.Categorical categorical) {
        List<String> names = List.of(features.fieldNames());
        List<String> problems = new ArrayList<>();
        for (String column : categorical.columns()) {
            if (!names.contains(column)) {
                problems.add("train.prepare.categorical.columns names '" + column + "', which is no feature"
                        + Nearest.of(column, names)
                                .map(n -> " (did you mean " + n + "?)")
                                .orElse(""));
            }
        }
        List<String> numbers = new ArrayList<>();
        List<String> categories = new ArrayList<>();
        for (StructField field : features.fields()) {
            DataType type = field.dataType();
            boolean named = categorical.columns().contains(field.name());
            if (named && (type instanceof StringType || type instanceof NumericType)) {
                categories.add(field.name());
            } else if (!named && (type instanceof NumericType || type instanceof BooleanType)) {
                numbers.add(field.name());
            } else {
                problems.add("feature " + field.name() + " is of type " + type.sql()
                        + (named
                                ? ", which has no levels"
                                : ", and train.prepare.categorical.columns does not name it"));
            }
        }
        if (names.isEmpty()) {
            problems.add("there is no feature");
        }
        if (!problems.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    String.join("; ", problems),
                    "features are numbers, booleans, or texts and whole numbers named as categories: cast, name or leave out"
                            + " the others");
        }
        return new ModelColumns(numbers, categories);
    }
}
