package dev.sluice.core;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Masks secrets in text on its way out: every value of a {@link Secret} made in this process, and whatever looks like a
 * credential (a password in a URL, a value assigned to a key named like a secret).
 */
public final class Redactor {
    private static final Redactor GLOBAL = new Redactor();
    private static final Pattern URL_CREDENTIAL =
            Pattern.compile("(?i)(\\b[a-z][a-z0-9+.-]*://[^/\\s:@]*:)([^@\\s/]+)(@)");
    // "token: expected ..." is how problems of a pipeline file read: words of ours, not a value.
    private static final Pattern ASSIGNED = Pattern.compile(
            "(?i)((?<!\\$\\{)(?:secret|password|passwd|pwd|token|credential|api[_-]?key|access[_.-]?key)[a-z0-9_.-]*\\s*[=:]\\s*)"
                    + "(?!\\$\\{|expected )([^\\s,;\"'}\\])]{4,})");

    /** Shorter values would mask half the language. */
    private static final int SHORTEST = 4;

    private final Set<String> hidden = ConcurrentHashMap.newKeySet();

    Redactor() {}

    /** The one of this process: every {@link Secret} tells it its value. */
    public static Redactor global() {
        return GLOBAL;
    }

    void hide(String value) {
        if (value.length() >= SHORTEST) {
            hidden.add(value);
        }
    }

    /** The same text with secrets replaced by {@code ***}; null stays null. */
    public String redact(String text) {
        if (text == null) {
            return null;
        }
        String masked = text;
        for (String value : hidden.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList()) {
            masked = masked.replace(value, "***");
        }
        if (masked.contains("://")) { // patterns take long to match nowhere in a long text
            masked = URL_CREDENTIAL
                    .matcher(masked)
                    .replaceAll(m -> Matcher.quoteReplacement(m.group(1) + "***" + m.group(3)));
        }
        return mayAssign(masked)
                ? ASSIGNED.matcher(masked).replaceAll(m -> Matcher.quoteReplacement(m.group(1) + "***"))
                : masked;
    }

    /** Whether a value may follow a sign somewhere: no more than padding ends the long states of profiles. */
    private static boolean mayAssign(String text) {
        int end = text.length() - SHORTEST;
        int equals = text.indexOf('=');
        int colon = text.indexOf(':');
        return (equals >= 0 && equals < end) || (colon >= 0 && colon < end);
    }
}
