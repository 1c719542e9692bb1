package dev.sluice.core;

/** The catalogue of what can go wrong, each with who can act on it (by its exit code). */
public enum ErrorCode {
    USAGE(ExitCode.USAGE),
    CONFIG_INVALID(ExitCode.CONFIG),
    PLAN_INVALID(ExitCode.CONFIG),
    SECRET_MISSING(ExitCode.CONFIG),
    SET_IN_USE(ExitCode.USAGE),
    INPUT_MISSING(ExitCode.NO_INPUT),
    INPUT_NOT_READY(ExitCode.TEMP),
    INPUT_MALFORMED(ExitCode.DATA),
    TOO_MANY_REJECTS(ExitCode.DATA),
    RULE_FAILED(ExitCode.DATA),
    CHECK_FAILED(ExitCode.DATA),
    FEATURES_LEAK(ExitCode.DATA),
    NOT_ENOUGH_DATA(ExitCode.DATA),
    TRAINING_FAILED(ExitCode.DATA),
    CANDIDATE_REJECTED(ExitCode.REJECTED),
    MONITOR_BREACH(ExitCode.BREACH),
    MODEL_MISSING(ExitCode.NO_INPUT),
    MODEL_REFUSED(ExitCode.DENIED),
    CHAMPION_MOVED(ExitCode.REJECTED),
    ALIAS_MOVED(ExitCode.TEMP),
    REGISTRY_UNAVAILABLE(ExitCode.TEMP),
    REGISTRY_REFUSED(ExitCode.CONFIG),
    LEASE_HELD(ExitCode.TEMP),
    LEASE_LOST(ExitCode.TEMP),
    COMMIT_CONFLICT(ExitCode.TEMP),
    OUTCOME_UNKNOWN(ExitCode.TEMP),
    STORAGE_UNAVAILABLE(ExitCode.TEMP),
    ONLINE_STORE_UNAVAILABLE(ExitCode.TEMP),
    ONLINE_STORE_FULL(ExitCode.TEMP),
    ONLINE_STORE_REFUSED(ExitCode.CONFIG),
    ONLINE_ROWS_DIFFER(ExitCode.DATA),
    SOURCE_UNAVAILABLE(ExitCode.TEMP),
    INTERRUPTED(ExitCode.TEMP),
    ACCESS_DENIED(ExitCode.DENIED),
    NOTHING_TO_DO(ExitCode.NOTHING),
    ROWS_LOST(ExitCode.BUG),
    UNEXPECTED(ExitCode.BUG);

    private final ExitCode exit;

    ErrorCode(ExitCode exit) {
        this.exit = exit;
    }

    /** What the process answers when this error ends it. */
    public ExitCode exit() {
        return exit;
    }
}
