package dev.sluice.frame.asof;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** What the aggregates of one window keep; what several of them need is kept once. */
final class Parts {
    private final StructType columns;
    private final int slots;
    private final Map<Part, Sliding> all = new LinkedHashMap<>();

    /**
     * Nothing yet.
     *
     * @param columns of a row of the history
     */
    Parts(StructType columns, int slots) {
        this.columns = columns;
        this.slots = slots;
    }

    /**
     * A part.
     *
     * @param what two parts of the same are one
     * @param at index of its argument in a row of the history
     */
    record Part(Object what, int at) {}

    DataType type(int at) {
        return columns.fields()[at].dataType();
    }

    int slots() {
        return slots;
    }

    /** Number of values of an argument. */
    Counts counts(int at) {
        return part(Counts.class, at, Counts.class, () -> new Counts(slots));
    }

    /** Their sum. */
    Sums sums(int at) {
        return part(Sums.class, at, Sums.class, () -> new Sums(slots));
    }

    /** What there is for an argument already, or a new one. */
    <P extends Sliding> P part(Object what, int at, Class<P> kind, Supplier<P> made) {
        return kind.cast(all.computeIfAbsent(new Part(what, at), same -> made.get()));
    }

    /** Index of the argument of each part. */
    int[] arguments() {
        return all.keySet().stream().mapToInt(Part::at).toArray();
    }

    /** In the order of {@link #arguments}. */
    List<Sliding> slidings() {
        return List.copyOf(all.values());
    }
}
