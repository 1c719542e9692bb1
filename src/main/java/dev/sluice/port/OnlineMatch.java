package dev.sluice.port;

/** What an online store has in the place of a feature's value. */
public enum OnlineMatch {
    /** The value. */
    EQUAL,
    /** Nothing: not the entity, or not the feature. */
    MISSING,
    /** Something of an earlier event time. */
    OLDER,
    /** Something of a later event time. */
    NEWER,
    /** Something else of the same event time. */
    DIFFERING;

    /** Whether this may not be found where the value was written. */
    public boolean isWrong() {
        return this != EQUAL && this != NEWER;
    }
}
