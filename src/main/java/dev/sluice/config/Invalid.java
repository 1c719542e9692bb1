package dev.sluice.config;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * Thrown by the records of this package when their values do not make sense; the binder turns it into a problem at the
 * place of the key.
 */
public final class Invalid extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * A wrong value.
     *
     * @param key the key that is wrong, as the file writes it; empty for the record as a whole
     * @param message what was found and what was expected
     */
    public Invalid(String key, String message) {
        super(message);
        this.key = Objects.requireNonNull(key, "key");
    }

    public String key() {
        return key;
    }

    static void unless(boolean right, String key, String message) {
        unless(right, key, () -> message);
    }

    static void unless(boolean right, String key, Supplier<String> message) {
        if (!right) {
            throw new Invalid(key, message.get());
        }
    }
}
