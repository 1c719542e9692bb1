package dev.sluice.core;

import java.util.Arrays;
import java.util.Objects;

/**
 * A secret value that prints as {@code ***}. Whoever needs the value asks for it by {@link #reveal}, as late as
 * possible; making one tells the {@link Redactor}, so that the value is masked in whatever is written.
 */
public final class Secret {
    private final char[] value;
    private final String origin;

    /**
     * Takes a value and tells the {@link Redactor}.
     *
     * @param origin where the value came from, such as {@code env/MLFLOW_TRACKING_TOKEN}: safe to show
     */
    public Secret(String value, String origin) {
        this.value = Objects.requireNonNull(value, "value").toCharArray();
        this.origin = Objects.requireNonNull(origin, "origin");
        Redactor.global().hide(value);
    }

    /** The value itself. */
    public String reveal() {
        return new String(value);
    }

    /** Where the value came from. */
    public String origin() {
        return origin;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return origin.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
