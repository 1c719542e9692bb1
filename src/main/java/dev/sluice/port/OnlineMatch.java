package dev.sluice.port;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

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

    /**
     * What a store has of an entity, feature by feature.
     *
     * @param age of what is stored: negative where its event time is the earlier one, 0 where it is the same
     * @param expected values as the store holds them, null for none
     * @param stored values in the same order
     */
    public static List<OnlineMatch> of(int age, List<byte[]> expected, List<byte[]> stored) {
        if (age != 0) {
            return Collections.nCopies(expected.size(), age > 0 ? NEWER : OLDER);
        }
        return IntStream.range(0, expected.size())
                .mapToObj(i -> of(expected.get(i), stored.get(i)))
                .toList();
    }

    private static OnlineMatch of(byte[] expected, byte[] stored) {
        if (Arrays.equals(expected, stored)) {
            return EQUAL;
        }
        return stored == null ? MISSING : DIFFERING;
    }

    /** Whether this may not be found where the value was written. */
    public boolean isWrong() {
        return this != EQUAL && this != NEWER;
    }
}
