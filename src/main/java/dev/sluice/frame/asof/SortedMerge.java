package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;

import dev.sluice.frame.Columns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * {@link Strategy#SORT}: spine rows (slots) and history rows (events) of a key meet in the order of decision time and of becoming
 * known, so that what a slot may see is what has passed.
 */
final class SortedMerge {
    private static final String IS_SLOT = "__is_slot";
    private static final String SLOT = "__slot";

    private SortedMerge() {}

    /** The spine rows, and behind their columns the features. */
    static Dataset<Row> add(Dataset<Row> spine, List<String> keys, String asOf, Asked asked) {
        StructType packed = Columns.packed(spine.schema());
        Dataset<Row> events = events(asked, keys.size(), packed);
        Dataset<Row> slots = slots(spine, keys, asOf, events.schema());
        Column[] byKey = IntStream.range(0, keys.size()).mapToObj(Asked::key).toArray(Column[]::new);
        Column[] order = Stream.concat(Arrays.stream(byKey), Stream.of(Asked.at(), col(IS_SLOT)))
                .toArray(Column[]::new);

        List<StructField> features = asked.answers().features();
        StructType answered = new StructType(
                Stream.concat(Arrays.stream(packed.fields()), features.stream()).toArray(StructField[]::new));
        Dataset<Row> rows = slots.union(events)
                .repartition(byKey)
                .sortWithinPartitions(order)
                .mapPartitions(
                        new Pass(keys.size(), packed.size(), asked.answers().tracks()), Encoders.row(answered));
        return rows.select(Stream.concat(
                        Arrays.stream(spine.schema().fields()).map(Columns::unpacked),
                        features.stream().map(feature -> col(Columns.quoted(feature.name()))))
                .toArray(Column[]::new));
    }

    /** {@code keys, at, is_slot, slot, time, arguments} of history rows: the slot is null. */
    private static Dataset<Row> events(Asked asked, int keys, StructType packed) {
        List<Column> columns = new ArrayList<>();
        IntStream.range(0, keys).mapToObj(Asked::key).forEach(columns::add);
        columns.add(Asked.at());
        columns.add(lit(false).as(IS_SLOT));
        columns.add(lit(null).cast(packed).as(SLOT));
        String[] names = asked.events().columns();
        Arrays.stream(names).skip(keys + 1L).forEach(name -> columns.add(col(Columns.quoted(name))));
        return asked.events().select(columns.toArray(Column[]::new));
    }

    /** The spine in the same columns: time and arguments are null. */
    private static Dataset<Row> slots(Dataset<Row> spine, List<String> keys, String asOf, StructType events) {
        List<Column> others = new ArrayList<>();
        others.add(lit(true).as(IS_SLOT));
        others.add(struct(Arrays.stream(spine.schema().fields())
                        .map(Columns::packed)
                        .toArray(Column[]::new))
                .as(SLOT));
        for (StructField field : Arrays.asList(events.fields()).subList(keys.size() + 3, events.size())) {
            others.add(lit(null).cast(field.dataType()).as(field.name()));
        }
        return Asked.spine(spine, keys, asOf, others);
    }
}
