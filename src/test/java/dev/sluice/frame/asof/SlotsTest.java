package dev.sluice.frame.asof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.commons.lang3.SerializationUtils;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Slots against maps and sets. */
class SlotsTest {
    private static final int KEYS = 5_000;

    static Stream<Arguments> keys() {
        return Stream.of(
                key(number -> new Object[] {number - 2_500L}, DataTypes.LongType),
                key(number -> new Object[] {((long) number << 40) - 1}, DataTypes.LongType),
                key(number -> new Object[] {number * -65_536}, DataTypes.IntegerType),
                key(number -> new Object[] {(short) (number - 2_500)}, DataTypes.ShortType),
                key(number -> new Object[] {UTF8String.fromString("key " + number)}, DataTypes.StringType),
                key(
                        number -> new Object[] {number / 70, UTF8String.fromString("" + number % 70)},
                        DataTypes.IntegerType,
                        DataTypes.StringType));
    }

    private static Arguments key(IntFunction<Object[]> key, DataType... types) {
        return Arguments.of(types, key);
    }

    @ParameterizedTest
    @MethodSource("keys")
    void areTheDifferentTimesOfEachKeyInOrder(DataType[] types, IntFunction<Object[]> key) {
        Random random = new Random(5);
        Map<Integer, TreeSet<Long>> expected = new TreeMap<>();
        Slots slots = new Slots(types);
        for (int i = 0; i < 4 * KEYS; i++) {
            int number = random.nextInt(random.nextBoolean() ? KEYS : 3);
            long time = random.nextInt(1_000) - 500L;
            expected.computeIfAbsent(number, any -> new TreeSet<>()).add(time);
            slots.add(row(key.apply(number), time));
        }
        slots.number();

        for (Slots found :
                List.of(slots, slots.reader(), SerializationUtils.clone(slots).reader())) {
            assertThat(found.size())
                    .isEqualTo(
                            expected.values().stream().mapToInt(TreeSet::size).sum());
            assertThat(found.keys()).hasSize(expected.size());
            for (int number = 0; number < KEYS; number++) {
                TreeSet<Long> times = expected.getOrDefault(number, new TreeSet<>());
                Slots.Times of = found.of(row(key.apply(number), 0L));
                assertThat(times(of)).containsExactlyElementsOf(times);
                long asked = random.nextInt(1_200) - 600L;
                assertThat(of.from(asked) - of.begin())
                        .isEqualTo(times.headSet(asked).size());
            }
        }
    }

    @Test
    void aRowWithoutKeyOrTimeHasNone() {
        Slots slots = new Slots(new DataType[] {DataTypes.LongType});
        List<InternalRow> blind = List.of(row(new Object[] {null}, 1L), row(new Object[] {1L}, null));
        blind.forEach(slots::add);
        slots.add(row(new Object[] {1L}, 7L));
        slots.number();

        assertThat(blind).allSatisfy(row -> assertThat(slots.slot(row)).isEqualTo(Slots.NONE));
        assertThat(slots.slot(row(new Object[] {1L}, 7L))).isZero();
        assertThat(slots.size()).isEqualTo(1);
    }

    private static List<Long> times(Slots.Times of) {
        List<Long> times = new ArrayList<>();
        for (int slot = of.begin(); slot < of.end(); slot++) {
            times.add(of.time(slot));
        }
        return times;
    }

    private static InternalRow row(Object[] key, Long time) {
        Object[] values = new Object[key.length + 1];
        System.arraycopy(key, 0, values, 0, key.length);
        values[key.length] = time;
        return new GenericInternalRow(values);
    }
}
