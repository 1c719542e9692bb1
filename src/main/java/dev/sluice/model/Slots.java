package dev.sluice.model;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.VectorAssembler;

/**
 * What stands at each place of a model's vector.
 *
 * @param columns the feature of each place; a category has several in a row
 * @param numbers how many of the first places are numbers; the others are 0 or 1, with one 1 per category
 */
public record Slots(List<String> columns, int numbers) implements Serializable {
    public Slots {
        columns = List.copyOf(columns);
    }

    /** Reads the places from a pipeline that {@link Preparation} began. */
    public static Slots of(PipelineModel model) {
        Map<String, Integer> places = new HashMap<>();
        List<String> columns = new ArrayList<>();
        int numbers = 0;
        for (Transformer stage : model.stages()) {
            if (stage instanceof OneHotEncoderModel encoder) {
                String[] outputs = encoder.getOutputCols();
                for (int i = 0; i < outputs.length; i++) {
                    places.put(outputs[i], encoder.categorySizes()[i]);
                }
            } else if (stage instanceof VectorAssembler assembler) {
                for (String input : assembler.getInputCols()) {
                    int size = places.getOrDefault(input, 1);
                    boolean number = !places.containsKey(input);
                    String suffix = number ? Preparation.FILLED : Preparation.PLACE;
                    numbers += number ? 1 : 0;
                    for (int i = 0; i < size; i++) {
                        columns.add(input.substring(0, input.length() - suffix.length()));
                    }
                }
            }
        }
        return new Slots(columns, numbers);
    }

    /** Length of the vector. */
    public int size() {
        return columns.size();
    }
}
