package dev.sluice.config;

import dev.sluice.core.Location;
import dev.sluice.core.Nearest;
import dev.sluice.core.Redactor;
import java.util.Collection;
import java.util.Objects;

/**
 * What is wrong at one place of a file. Safe to print: secrets are masked, control characters escaped.
 *
 * @param path keys from the top of the file, joined by {@code /}; empty for the file as a whole
 * @param message what was expected and what was found, with the nearest known name where there is one
 */
public record Problem(Location at, String path, String message) implements Comparable<Problem> {
    private static final int LONGEST = 120;
    private static final int LONGEST_MESSAGE = 1_000;

    public Problem {
        Objects.requireNonNull(at, "at");
        path = printable(path);
        message = printable(shortened(Redactor.global().redact(message), LONGEST_MESSAGE));
    }

    /** In the order of the file. */
    @Override
    public int compareTo(Problem other) {
        return at.compareTo(other.at);
    }

    /** {@code FILE:LINE:COLUMN: path: message}. */
    @Override
    public String toString() {
        return at + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }

    /** A text from the file in quotes, shortened to what a line can show. */
    static String quoted(String text) {
        return "'" + shortened(text, LONGEST) + "'";
    }

    private static String shortened(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }

    /** {@code ; did you mean NAME?}, or nothing. */
    static String near(String found, Collection<String> known) {
        return Nearest.of(found, known)
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
    }

    /** As {@link #near}, or the known names when none is near and they are few. */
    static String nearest(String found, Collection<String> known) {
        String near = near(found, known);
        return !near.isEmpty() || known.isEmpty() || known.size() > 25 ? near : "; known: " + String.join(", ", known);
    }

    private static String printable(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || c == 0x2028 || c == 0x2029) {
                line.append(String.format("\\u%04x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }
}
