package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "2d, PT48H",
        "48h, PT48H",
        "90m, PT90M",
        "30s, PT30S",
        "1d 2h 3m 4s, PT26H3M4S",
        "1h30m, PT90M",
        "0s, PT0S"
    })
    void unitsCombineFromLargeToSmall(String text, Duration span) {
        assertThat(Durations.parse(text)).isEqualTo(span);
        assertThat(Durations.parse(Durations.print(span))).isEqualTo(span);
    }

    @Test
    void theShortestTextIsPrinted() {
        assertThat(Durations.print(Duration.ofHours(26))).isEqualTo("1d 2h");
        assertThat(Durations.print(Duration.ZERO)).isEqualTo("0s");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "2", "d", "2 d", "2d ", " 2d", "1h 2d", "2d 2d", "-2d", "2w", "1.5h", "9999999d", "٣d"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
