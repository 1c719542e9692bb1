package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Train;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ModelColumnsTest {
    private static final StructType FEATURES = new StructType()
            .add("carrier", DataTypes.StringType)
            .add("distance", DataTypes.DoubleType)
            .add("hour", DataTypes.IntegerType)
            .add("late", DataTypes.BooleanType);

    @Test
    void sortsFeaturesByWhatThePipelineNames() {
        assertThat(ModelColumns.of(FEATURES, categories("carrier", "hour")))
                .isEqualTo(new ModelColumns(List.of("distance", "late"), List.of("carrier", "hour")));
    }

    @Test
    void namesEveryColumnThatCannotBeUsed() {
        StructType features = FEATURES.add("seen", DataTypes.TimestampType);

        assertThatThrownBy(() -> ModelColumns.of(features, categories("carier", "late")))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLAN_INVALID))
                .hasMessage(
                        "train.prepare.categorical.columns names 'carier', which is no feature (did you mean carrier?);"
                                + " feature carrier is of type STRING, and train.prepare.categorical.columns does not name it;"
                                + " feature late is of type BOOLEAN, which has no levels;"
                                + " feature seen is of type TIMESTAMP, and train.prepare.categorical.columns does not name it");
    }

    private static Train.Categorical categories(String... columns) {
        return new Train.Categorical(List.of(columns), 60);
    }
}
