package dev.sluice.config;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes maps, lists, texts, numbers and booleans as JSON, two spaces deep. */
final class Json {
    private Json() {}

    static String text(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value, "\n");
        return out.append('\n').toString();
    }

    /** A text in quotes; also a YAML double-quoted scalar. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c < ' ' || (c > '~' && !Character.isLetterOrDigit(c) && !Character.isSurrogate((char) c))) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.append((char) c);
            }
        });
        return out.append('"').toString();
    }

    private static void write(StringBuilder out, Object value, String newline) {
        if (value instanceof Map<?, ?> map) {
            open(out, '{', map.entrySet().iterator(), '}', newline);
        } else if (value instanceof List<?> list) {
            open(out, '[', list.iterator(), ']', newline);
        } else if (value instanceof Number || value instanceof Boolean || value == null) {
            out.append(value);
        } else {
            out.append(quote(value.toString()));
        }
    }

    private static void open(StringBuilder out, char open, Iterator<?> items, char close, String newline) {
        out.append(open);
        boolean any = items.hasNext();
        while (items.hasNext()) {
            Object item = items.next();
            out.append(newline).append("  ");
            if (item instanceof Map.Entry<?, ?> entry) {
                out.append(quote(entry.getKey().toString())).append(": ");
                write(out, entry.getValue(), newline + "  ");
            } else {
                write(out, item, newline + "  ");
            }
            out.append(items.hasNext() ? "," : "");
        }
        out.append(any ? newline : "").append(close);
    }
}
