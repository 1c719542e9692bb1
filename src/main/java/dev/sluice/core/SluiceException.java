package dev.sluice.core;

import java.util.Objects;
import java.util.Optional;

/**
 * The one exception that leaves Sluice on purpose: a code that says who can act, a message that says what was found and
 * what was expected, a hint that says what to do, and where it stands in the pipeline file when that is known.
 */
public final class SluiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String hint;
    private final transient Location where;

    private SluiceException(ErrorCode code, String message, String hint, Location where, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
        this.hint = Objects.requireNonNull(hint, "hint");
        this.where = where;
    }

    /**
     * A failure of Sluice's own finding.
     *
     * @param message what was found and what was expected
     * @param hint what to do about it
     */
    public SluiceException(ErrorCode code, String message, String hint) {
        this(code, message, hint, null, null);
    }

    /** As the shorter one, with the failure of the outside system that it wraps. */
    public SluiceException(ErrorCode code, String message, String hint, Throwable cause) {
        this(code, message, hint, null, cause);
    }

    /** The same failure, standing at a place in the pipeline file; a place that is already known is kept. */
    public SluiceException at(Location place) {
        if (where != null || place == null) {
            return this;
        }
        SluiceException located = new SluiceException(code, getMessage(), hint, place, getCause());
        located.setStackTrace(getStackTrace());
        for (Throwable suppressed : getSuppressed()) {
            located.addSuppressed(suppressed);
        }
        return located;
    }

    public ErrorCode code() {
        return code;
    }

    public String hint() {
        return hint;
    }

    public Optional<Location> where() {
        return Optional.ofNullable(where);
    }
}
