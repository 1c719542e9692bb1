package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistinctCountTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 511, 512})
    void isExactForFew(int different) {
        DistinctCount count = new DistinctCount();
        for (int i = 0; i < 3 * different; i++) {
            count.add(Hash.of(i % different));
        }
        assertThat(count.value()).isEqualTo(different);
    }

    @ParameterizedTest
    @ValueSource(ints = {513, 1_000, 20_000, 300_000})
    void isAnEstimateForMany(int different) {
        DistinctCount count = new DistinctCount();
        for (int i = 0; i < different; i++) {
            count.add(Hash.of(i));
        }
        assertThat((double) count.value()).isCloseTo(different, within(0.05 * different));
        assertThat(count.value()).isGreaterThan(DistinctCount.EXACT);
    }

    @Test
    void dependsOnTheSetAlone() {
        Random random = new Random(5);
        for (int run = 0; run < 50; run++) {
            long[] hashes = random.longs(1 + random.nextInt(1_500)).toArray();
            DistinctCount all = new DistinctCount();
            DistinctCount[] parts = {new DistinctCount(), new DistinctCount(), new DistinctCount()};
            for (int i = hashes.length - 1; i >= 0; i--) {
                all.add(hashes[i]);
            }
            for (long hash : hashes) {
                parts[random.nextInt(3)].add(hash);
                parts[random.nextInt(3)].add(hash);
            }

            assertThat(parts[0].plus(parts[1]).plus(parts[2]).value()).isEqualTo(all.value());
            assertThat(parts[2].plus(parts[0].plus(parts[1])).value()).isEqualTo(all.value());
            assertThat(parts[0].value()).as("is left as it was").isLessThanOrEqualTo(all.value());
        }
    }
}
