package dev.sluice.core;

/**
 * What the process answers to its caller. The numbers stay clear of Spark's and YARN's own (1, 10-16, 50-56, 101) and of
 * the shells' (126-165), and follow {@code sysexits.h} where it has a word.
 */
public enum ExitCode {
    /** Finished, or everything was already done. */
    OK(0),
    /** {@code plan --exit-code} found something to do. */
    WORK(2),
    /** Training worked, the candidate failed a gate, the champion is unchanged. */
    REJECTED(20),
    /** The monitor breached; scores were written. */
    BREACH(21),
    /** Bad command line, unknown pipeline, job or step. */
    USAGE(64),
    /** A check failed, too many rejects, a contract was violated. Nothing was published. */
    DATA(65),
    /** An input that must be there is absent. */
    NO_INPUT(66),
    /** An unexpected error inside Sluice or in user code. */
    BUG(70),
    /** Network, throttling, a lease held by another, an input that is not ready yet, an unknown outcome. */
    TEMP(75),
    /** A permission or a credential was refused. */
    DENIED(77),
    /** Configuration, SQL or plan-time error. */
    CONFIG(78),
    /** There was nothing to process. */
    NOTHING(99);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The process exit status. */
    public int code() {
        return code;
    }

    /** Whether running the very same command again may help without anybody changing anything. */
    public boolean retryable() {
        return this == TEMP;
    }
}
