package dev.sluice.config;

import dev.sluice.core.Location;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a YAML document, with its place. */
sealed interface Node {
    Location at();

    /**
     * A text, number or word.
     *
     * @param plain written without quotes, so that it may mean a number, true, false or null
     * @param column column of the text's first character where the file shows the text as it is; 0 elsewhere
     * @param origin where the value came from, for a person
     */
    record Scalar(Location at, String text, boolean plain, int column, String origin) implements Node {
        boolean isNull() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }
    }

    /** A list. */
    record Items(Location at, List<Node> items) implements Node {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** A mapping, in the order of the file. */
    record Keys(Location at, Map<String, Entry> entries) implements Node {
        public Keys {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        /** The same with one entry set. */
        Keys with(String key, Entry entry) {
            Map<String, Entry> changed = new LinkedHashMap<>(entries);
            changed.put(key, entry);
            return new Keys(at, changed);
        }
    }

    /** A node that the reader refused and told about. */
    record Refused(Location at) implements Node {}

    /** A key's value, and the key's place. */
    record Entry(Location at, Node value) {}
}
