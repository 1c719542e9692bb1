package dev.sluice.adapter.kafka;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A part of a topic: for each partition the first offset, and the one after the last. */
record Offsets(SortedMap<Integer, Range> ranges) {
    /**
     * A part of a partition.
     *
     * @param to the offset after the last
     */
    record Range(long from, long to) {}

    Offsets {
        ranges = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(ranges));
    }

    /** The first offsets, as Spark takes them. */
    String starts(String topic) {
        return json(topic, Range::from);
    }

    /** The offsets after the last, as Spark takes them. */
    String ends(String topic) {
        return json(topic, Range::to);
    }

    private String json(String topic, Function<Range, Long> offset) {
        return text(
                        "{\"" + topic + "\":{",
                        ",",
                        range -> "\"" + range.getKey() + "\":" + offset.apply(range.getValue()))
                + "}}";
    }

    private String text(String begin, String between, Function<Map.Entry<Integer, Range>, String> text) {
        return ranges.entrySet().stream().map(text).collect(Collectors.joining(between, begin, ""));
    }

    /** {@code 0: 5-9, 1: 0-7}: partition 0 from offset 5 to 9, without 9. */
    @Override
    public String toString() {
        return text(
                "",
                ", ",
                range -> range.getKey() + ": " + range.getValue().from() + "-"
                        + range.getValue().to());
    }
}
