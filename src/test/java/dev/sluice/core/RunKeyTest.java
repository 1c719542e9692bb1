package dev.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class RunKeyTest {
    private static final Interval DAY =
            new Interval(Instant.parse("2013-01-01T00:00:00Z"), Instant.parse("2013-01-02T00:00:00Z"));

    @Property
    void equalInputsAloneGiveEqualKeys(
            @ForAll String pipeline, @ForAll String target, @ForAll String settings, @ForAll String other) {
        RunKey key = RunKey.of(pipeline, target, DAY, settings);
        assertThat(RunKey.of(pipeline, target, DAY, settings)).isEqualTo(key);
        assertThat(RunKey.of(pipeline, target, DAY, other).equals(key)).isEqualTo(settings.equals(other));
        assertThat(RunKey.of(pipeline, other, DAY, settings).equals(key)).isEqualTo(target.equals(other));
        assertThat(key.of(settings)).isNotEqualTo(key);
    }

    /** Joining would make one text of ("ab", "c") and ("a", "bc"). */
    @Test
    void partsDoNotRunIntoEachOther() {
        assertThat(Hashes.sha256("ab", "c")).isNotEqualTo(Hashes.sha256("a", "bc"));
        assertThat(Hashes.sha256("a", "")).isNotEqualTo(Hashes.sha256("a"));
    }

    /** The key of a commit must be the same for ever: another one would write everything again. */
    @Test
    void theKeyOfAKnownRunStays() {
        assertThat(RunKey.of("flights-delay", "ingest/bronze.flights", DAY, "settings"))
                .hasToString("9a6dfc48c35a1672b6ee0f512a57cc88");
    }
}
