package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProfileCodecTest {
    static final List<String> TYPES = List.of(
            "boolean",
            "tinyint",
            "bigint",
            "float",
            "double",
            "decimal(10,2)",
            "decimal(38,6)",
            "string",
            "binary",
            "date",
            "timestamp",
            "array<int>",
            "struct<a:int>");

    @Property(tries = 60)
    void aStateHoldsTheWholeProfile(@ForAll long seed, @ForAll @IntRange(max = 3_000) int rows) {
        for (String type : TYPES) {
            ColumnProfile profile = generated(type, seed, rows);
            byte[] state = ProfileCodec.encode(profile);

            assertThat(ProfileCodec.decodeColumn(state)).isEqualTo(profile);
            assertThat(ProfileCodec.encode(ProfileCodec.decodeColumn(state))).isEqualTo(state);
            assertThat(ProfileCodec.state(ProfileCodec.text(state))).isEqualTo(state);
            TableProfile table = new TableProfile(rows, Map.of("a.b", profile), Map.of("`a.b`[]", profile));
            assertThat(ProfileCodec.decode(ProfileCodec.encode(table))).isEqualTo(table);
        }
    }

    /** As written by version 1. A change here is a change of what is stored: it needs a new version. */
    @Test
    void statesAreWhatTheyWere() {
        ColumnProfileBuilder text = new ColumnProfileBuilder("string");
        text.addText(new byte[0]);
        text.addText("é@b.org".getBytes(StandardCharsets.UTF_8));
        text.addNull();
        ColumnProfileBuilder number = new ColumnProfileBuilder("double");
        for (double value : new double[] {1, 2, 2, -4, Double.NaN}) {
            number.addDouble(value);
        }
        ColumnProfileBuilder estimated = new ColumnProfileBuilder("double");
        for (int i = 0; i < 3_000; i++) {
            estimated.addDouble(i % 1_000 / 7.0);
        }
        byte[] many = ProfileCodec.encode(estimated.build());
        CRC32C sum = new CRC32C();
        sum.update(many, 0, many.length - 4);
        assertThat(List.of(
                        HexFormat.of().formatHex(ProfileCodec.encode(text.build())),
                        HexFormat.of().formatHex(ProfileCodec.encode(number.build())),
                        many.length + " bytes, sum " + Long.toHexString(sum.getValue())))
                .containsExactly(
                        "534c5052014306737472696e6703010002000108c3a940622e6f7267010200070701000000000000000001000000010008c3a9"
                                + "40622e6f72679b555276",
                        "534c5052014306646f75626c6505000004042d342e300103312e300103322e3002034e614e0101000001c010000000000000"
                                + "4000000000000000043ff00000000000004038c00000000000c050680000000000407595400000000000739880d6",
                        "14421 bytes, sum 6d50cba5");
    }

    @Property(tries = 200)
    void bytesThatAreSomethingElseAreRefused(
            @ForAll long seed, @ForAll @IntRange(max = 12) int type, @ForAll @IntRange(max = 400) int rows) {
        byte[] state = ProfileCodec.encode(generated(TYPES.get(type), seed, rows));
        Random random = new Random(seed);
        byte[] cut = Arrays.copyOf(state, random.nextInt(state.length));
        byte[] flipped = state.clone();
        flipped[random.nextInt(state.length)] ^= (byte) (1 << random.nextInt(8));

        for (byte[] bad : List.of(cut, flipped, new byte[0], Arrays.copyOf(state, state.length + 1))) {
            assertThatThrownBy(() -> ProfileCodec.decodeColumn(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** As one would make them to do harm: the check sum is right. */
    @Property(tries = 1_000)
    void forgedBytesAreRefusedOrAProfile(
            @ForAll long seed, @ForAll @IntRange(max = 12) int type, @ForAll @IntRange(max = 300) int rows) {
        byte[] state = ProfileCodec.encode(generated(TYPES.get(type), seed, rows));
        Random random = new Random(seed);
        for (int i = random.nextInt(4); i >= 0; i--) {
            state[6 + random.nextInt(state.length - 10)] = (byte) random.nextInt(256);
        }
        seal(state);
        try {
            ColumnProfile found = ProfileCodec.decodeColumn(state);
            assertThat(ProfileCodec.decodeColumn(ProfileCodec.encode(found))).isEqualTo(found);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    @Test
    void whatIsWrongIsSaid() {
        byte[] state = ProfileCodec.encode(ColumnProfile.none("int"));
        byte[] newer = state.clone();
        newer[4] = 2;
        assertThatThrownBy(() -> ProfileCodec.decodeColumn(newer))
                .hasMessage("expected the state of a profile in version 1, the only one this version of Sluice reads,"
                        + " found version 2");
        assertThatThrownBy(() -> ProfileCodec.decode(state))
                .hasMessage("expected the state of a table, found one of another kind");
        assertThatThrownBy(() -> ProfileCodec.decodeColumn(new byte[] {'P', 'A', 'R', '1', 0, 0, 0}))
                .hasMessage("expected the state of a profile, which begins with SLPR, found 7 bytes that do not");
        byte[] damaged = state.clone();
        damaged[8] ^= 1;
        assertThatThrownBy(() -> ProfileCodec.decodeColumn(damaged))
                .hasMessage("the state of a profile is damaged: its check sum is another");
        assertThatThrownBy(() -> ProfileCodec.state("{}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected the state of a profile in base 64");
        byte[] longer = Arrays.copyOf(state, state.length + 3);
        seal(longer);
        assertThatThrownBy(() -> ProfileCodec.decodeColumn(longer))
                .hasMessage("the state of a profile has 3 bytes more than it tells of");
    }

    private static void seal(byte[] state) {
        CRC32C sum = new CRC32C();
        sum.update(state, 0, state.length - 4);
        for (int i = 0; i < 4; i++) {
            state[state.length - 1 - i] = (byte) (sum.getValue() >>> (8 * i));
        }
    }

    /** Few and many different values, nulls, NaN, infinities, blanks. */
    static ColumnProfile generated(String type, long seed, int rows) {
        Random random = new Random(seed);
        int different = 1 + random.nextInt(random.nextBoolean() ? 20 : 2_000);
        ColumnProfileBuilder column = new ColumnProfileBuilder(type);
        for (int i = 0; i < rows; i++) {
            if (random.nextInt(9) == 0) {
                column.addNull();
            } else {
                add(column, type, random.nextInt(different));
            }
        }
        return column.build();
    }

    private static void add(ColumnProfileBuilder column, String type, int value) {
        switch (column.kind()) {
            case BOOLEAN -> column.addBoolean(value % 2 == 0);
            case WHOLE, DATE, TIMESTAMP -> column.addLong(value - 9);
            case REAL -> {
                if (type.equals("decimal(10,2)")) {
                    column.addUnscaled(value - 9);
                } else if (type.startsWith("decimal")) {
                    column.addDecimal(BigDecimal.valueOf(value - 9, 6));
                } else {
                    double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, -0.0};
                    column.addDouble(value < odd.length ? odd[value] : (value - 9) / 7.0);
                }
            }
            case TEXT -> {
                String[] odd = {"", " ", "a@b.org", "日本", "x".repeat(300)};
                column.addText((value < odd.length ? odd[value] : "value " + value).getBytes(StandardCharsets.UTF_8));
            }
            case BINARY -> column.addBytes(new byte[] {1, (byte) value, (byte) (value >> 8)}, 1, 3);
            case ARRAY -> column.addArray(value);
            case OTHER -> column.addOther();
        }
    }
}
