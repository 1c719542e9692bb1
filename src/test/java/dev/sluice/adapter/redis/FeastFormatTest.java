package dev.sluice.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.feast.FeastValues;
import dev.sluice.feast.ProtobufBytes;
import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.Column;
import dev.sluice.port.OnlineView.ValueType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes that Feast itself wrote, or that its own tests hold. */
class FeastFormatTest {
    private static final Column DRIVER = new Column("driver_id", ValueType.INT64, false);

    @Test
    void anEntityOfOneNumber() {
        assertThat(key("my_project", List.of(DRIVER), 1001L))
                .isEqualTo("0100000002000000090000006472697665725f69640400000008000000e903000000000000"
                        + "6d795f70726f6a656374");
    }

    @Test
    void anEntityOfOneText() {
        assertThat(key("sluice_demo", List.of(new Column("tailnum", ValueType.STRING, false)), "N2"))
                .isEqualTo("0100000002000000070000007461696c6e756d02000000020000004e32736c756963655f64656d6f");
    }

    @Test
    void anEntityOfSeveralColumnsIsSortedByTheirNames() {
        List<Column> columns =
                List.of(new Column("user", ValueType.INT64, false), new Column("customer", ValueType.STRING, false));
        assertThat(key("p", columns, 32768L, "test"))
                .isEqualTo("020000000200000008000000637573746f6d65720200000004000000757365720200000004000000"
                        + "7465737404000000080000000080000000000000" + "70");
        List<Column> flights =
                List.of(new Column("origin", ValueType.STRING, false), new Column("flight", ValueType.INT64, false));
        assertThat(key("p", flights, "EWR", -7L)).contains("04000000" + "08000000" + "f9ffffffffffffff" + "02000000");
    }

    @Test
    void aKeyOf32BitsIsAnotherOneThanOf64() {
        assertThat(key("p", List.of(new Column("driver_id", ValueType.INT32, false)), 1001))
                .endsWith("0300000004000000e9030000" + "70");
    }

    @Test
    void lengthsOfKeysAreOfBytes() {
        assertThat(key("p", List.of(new Column("é", ValueType.STRING, false)), "é"))
                .isEqualTo("01000000" + "02000000" + "02000000" + "c3a9" + "02000000" + "02000000" + "c3a9" + "70");
    }

    @ParameterizedTest
    @CsvSource({
        "driver_hourly_stats, conv_rate, 6160e3da",
        "driver_hourly_stats, acc_rate, fa5e58ad",
        "driver_hourly_stats, avg_daily_trips, 18a5e5a3",
        "vue_é, prix, 078cd04c",
        "v, 😀x, e1a2f396",
        "plane_features, f_str, 4b09a15e",
        "plane_features, f_i64, 95df79d5",
        "plane_features, f_null, 0cfe2fe3",
        "origin_flight, mean_delay, 1f07b2f9",
        "origin_flight, n, b3ec1589",
    })
    void aFieldIsTheHashOfViewAndFeature(String view, String feature, String bytes) {
        assertThat(hex(FeastKeys.field(view, feature))).isEqualTo(bytes);
    }

    @Test
    void theFieldOfTheEventTimeIsText() {
        assertThat(FeastKeys.timeField("v")).asString().isEqualTo("_ts:v");
    }

    @Test
    void valuesAreOneFieldOfAMessage() {
        assertThat(value(ValueType.STRING, "new")).isEqualTo("12036e6577");
        assertThat(value(ValueType.STRING, "hi")).isEqualTo("12026869");
        assertThat(value(ValueType.STRING, "")).isEqualTo("1200");
        assertThat(value(ValueType.BYTES, new byte[] {0, -1})).isEqualTo("0a0200ff");
        assertThat(value(ValueType.INT64, 150L)).isEqualTo("209601");
        assertThat(value(ValueType.INT64, 1L << 40)).isEqualTo("20808080808020");
        assertThat(value(ValueType.INT64, 0L)).isEqualTo("2000");
        assertThat(value(ValueType.INT32, -1)).isEqualTo("18ffffffffffffffffff01");
        assertThat(value(ValueType.INT32, 0)).isEqualTo("1800");
        assertThat(value(ValueType.FLOAT, .25f)).isEqualTo("350000803e");
        assertThat(value(ValueType.FLOAT, .5f)).isEqualTo("350000003f");
        assertThat(value(ValueType.DOUBLE, 1.5)).isEqualTo("29000000000000f83f");
        assertThat(value(ValueType.DOUBLE, -0.0)).isEqualTo("290000000000000080");
        assertThat(value(ValueType.DOUBLE, 0.0)).isEqualTo("290000000000000000");
        assertThat(value(ValueType.BOOL, false)).isEqualTo("3800");
        assertThat(value(ValueType.BOOL, true)).isEqualTo("3801");
        assertThat(value(ValueType.TIME, -1L)).isEqualTo("40ffffffffffffffffff01");
        assertThat(value(ValueType.TIME, 0L)).isEqualTo("4000");
    }

    @Test
    void noValueIsNoBytes() {
        for (ValueType type : ValueType.values()) {
            assertThat(FeastValues.bytes(new Column("f", type, false), null)).isEmpty();
            assertThat(FeastValues.bytes(new Column("f", type, true), null)).isEmpty();
        }
    }

    @Test
    void listsOfNumbersArePacked() {
        assertThat(list(ValueType.DOUBLE)).isEqualTo("7a00");
        assertThat(list(ValueType.DOUBLE, 0.0)).isEqualTo("7a0a0a080000000000000000");
        assertThat(list(ValueType.FLOAT, .5f)).isEqualTo("8201060a040000003f");
        assertThat(list(ValueType.INT32, 1, 150)).isEqualTo("6a050a03019601");
        assertThat(list(ValueType.INT64, 1L)).isEqualTo("72030a0101");
        assertThat(list(ValueType.BOOL, true, false)).isEqualTo("8a01040a020100");
        assertThat(list(ValueType.TIME, 1L)).isEqualTo("9201030a0101");
        assertThat(list(ValueType.STRING, "a", "")).isEqualTo("62050a01610a00");
        assertThat(list(ValueType.BYTES, new byte[] {7})).isEqualTo("5a030a0107");
    }

    @Test
    void aListWithANullIsRefused() {
        assertThatThrownBy(() -> FeastValues.bytes(new Column("f", ValueType.INT64, true), Arrays.asList(1L, null)))
                .hasMessageStartingWith("feature f has a list with a null in it");
    }

    @Test
    void eventTimesLeaveZerosOut() {
        assertThat(hex(EventTime.bytes(micros("2024-01-01T00:00:00Z")))).isEqualTo("088081c8ac06");
        assertThat(hex(EventTime.bytes(0))).isEmpty();
        assertThat(hex(EventTime.bytes(-1))).isEqualTo("08ffffffffffffffffff01" + "10988cebdc03");
    }

    @Property
    void eventTimesAreComparedAsNumbers(
            @ForAll @LongRange(min = -9_000_000_000_000_000L, max = 9_000_000_000_000_000L) long stored,
            @ForAll @LongRange(min = -2_000_000, max = 2_000_000) long distance) {
        assertThat(EventTime.compare(EventTime.bytes(stored), stored + distance))
                .isEqualTo(Long.compare(0, distance));
        assertThat(EventTime.compare(EventTime.bytes(distance), stored)).isEqualTo(Long.compare(distance, stored));
    }

    @Test
    void nanosecondsThatFeastWroteCount() {
        byte[] stored = new ProtobufBytes().number(1, 5).number(2, 1_001).done();
        assertThat(EventTime.compare(stored, 5_000_001)).isPositive();
        assertThat(EventTime.compare(stored, 5_000_002)).isNegative();
    }

    @Test
    void otherBytesAreNoEventTime() {
        for (String bytes : List.of("08", "0880", "1a00", "08ffffffffffffffffffff01")) {
            assertThatThrownBy(() -> EventTime.compare(HexFormat.of().parseHex(bytes), 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static long micros(String instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    }

    private static String key(String project, List<Column> entity, Object... values) {
        return hex(new FeastKeys(new OnlineView(project, "v", entity, List.of(), OnlineView.FOR_EVER))
                .key(List.of(values)));
    }

    private static String value(ValueType type, Object value) {
        return hex(FeastValues.bytes(new Column("f", type, false), value));
    }

    private static String list(ValueType type, Object... values) {
        return hex(FeastValues.bytes(new Column("f", type, true), List.of(values)));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
