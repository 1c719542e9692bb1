package dev.sluice.stats;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many texts have which form, exactly.
 *
 * @param counts of the forms that occur
 */
public record TextForms(Map<TextForm, Long> counts) {
    public TextForms {
        Map<TextForm, Long> copy = new EnumMap<>(TextForm.class);
        counts.forEach((form, count) -> {
            if (count <= 0) {
                throw new IllegalArgumentException("a form that occurs has a text, found " + count + " of " + form);
            }
            copy.put(form, count);
        });
        counts = Collections.unmodifiableMap(copy);
    }

    /** Number of texts of a form. */
    public long of(TextForm form) {
        return counts.getOrDefault(form, 0L);
    }

    /** Takes texts one by one, or other counts. Not for use by several threads. */
    static final class Builder {
        private final long[] counts = new long[TextForm.values().length];

        void add(TextForm form) {
            counts[form.code]++;
        }

        void add(TextForms other) {
            other.counts.forEach((form, count) -> counts[form.code] += count);
        }

        TextForms build() {
            Map<TextForm, Long> found = new EnumMap<>(TextForm.class);
            for (TextForm form : TextForm.values()) {
                if (counts[form.code] > 0) {
                    found.put(form, counts[form.code]);
                }
            }
            return new TextForms(found);
        }
    }
}
