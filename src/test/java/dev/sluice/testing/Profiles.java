package dev.sluice.testing;

import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.ColumnProfileBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Profiles of columns whose values are known. */
public final class Profiles {
    private Profiles() {}

    /** A column of doubles. */
    public static ColumnProfile numbers(double... values) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("double");
        Arrays.stream(values).forEach(builder::addDouble);
        return builder.build();
    }

    /** A column of texts; null is none. */
    public static ColumnProfile texts(String... values) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("string");
        Arrays.stream(values).forEach(value -> add(builder, value));
        return builder.build();
    }

    /** A column of texts, each as often as it says. */
    public static ColumnProfile texts(Map<String, Integer> counts) {
        ColumnProfileBuilder builder = new ColumnProfileBuilder("string");
        counts.forEach((value, count) -> {
            for (int i = 0; i < count; i++) {
                add(builder, value);
            }
        });
        return builder.build();
    }

    private static void add(ColumnProfileBuilder builder, String value) {
        if (value == null) {
            builder.addNull();
        } else {
            builder.addText(value.getBytes(StandardCharsets.UTF_8));
        }
    }
}
