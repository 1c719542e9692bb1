package dev.sluice.testing;

/** A server with which a test does what happens to servers; the test leaves it running. */
public interface Failing {
    /** Ends it without a warning; what it had answered for is on its disk. */
    void kill();

    /** Starts it after {@link #kill}, where it was, with what it had. */
    void startAgain();

    /** Lets it answer nobody, though it is there. */
    void freeze();

    /** Ends {@link #freeze}. */
    void thaw();
}
