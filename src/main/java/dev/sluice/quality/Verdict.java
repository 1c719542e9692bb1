package dev.sluice.quality;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/** What a measurement, an interval or the whole record says, in rising order of concern. */
public enum Verdict {
    /** Nothing can be said: too few rows, no labels yet, nothing to compare with. */
    NOT_JUDGED("not judged"),
    OK("ok"),
    WARN("warn"),
    BREACH("breach");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    /** As records hold it. */
    public String word() {
        return word;
    }

    /** Reads what {@link #word} wrote. */
    public static Verdict of(String word) {
        return Arrays.stream(values())
                .filter(verdict -> verdict.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected a verdict, found '" + word + "'"));
    }

    /** The gravest of some; not judged when there is none. */
    public static Verdict worst(Collection<Verdict> verdicts) {
        return verdicts.stream().max(Comparator.naturalOrder()).orElse(NOT_JUDGED);
    }
}
