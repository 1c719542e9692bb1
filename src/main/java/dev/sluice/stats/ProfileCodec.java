package dev.sluice.stats;

import dev.sluice.stats.ColumnProfile.Extent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * States: profiles as bytes, sent by tasks, kept beside models and in tables, and decoded years later to be merged and
 * compared without the data. Equal profiles give equal states.
 *
 * <p>A state is the mark {@code SLPR}, its version, what it is of ({@code C}olumn or {@code T}able), the profile, and the
 * CRC-32C of all before. Numbers have seven bits in a byte, the lowest first, doubles eight bytes, texts their length and UTF-8.
 * What a type does not have is not there. Quantiles that follow from counted values are not there either; those of a level
 * share the number of bytes behind which all are zero.
 */
public final class ProfileCodec {
    private static final byte[] MARK = {'S', 'L', 'P', 'R'};
    private static final int VERSION = 1;
    private static final int HEADER = MARK.length + 2;
    private static final int MOST_LEVELS = 60;
    private static final int REGISTER_BITS = 6;

    private ProfileCodec() {}

    /** The state of a whole table. */
    public static byte[] encode(TableProfile profile) {
        StateWriter state = begin('T').putLong(profile.rows());
        put(state, profile.columns());
        put(state, profile.nested());
        return state.finish();
    }

    /** The state of one column. */
    public static byte[] encode(ColumnProfile profile) {
        StateWriter state = begin('C');
        put(state, profile);
        return state.finish();
    }

    /**
     * Reads what {@link #encode(TableProfile)} wrote.
     *
     * @throws IllegalArgumentException when it is something else, damaged, or of a version that is not known
     */
    public static TableProfile decode(byte[] state) {
        StateReader reader = open(state, 'T', "table");
        TableProfile profile = new TableProfile(reader.takeLong(), takeColumns(reader), takeColumns(reader));
        reader.finish();
        return profile;
    }

    /**
     * Reads what {@link #encode(ColumnProfile)} wrote.
     *
     * @throws IllegalArgumentException when it is something else, damaged, or of a version that is not known
     */
    public static ColumnProfile decodeColumn(byte[] state) {
        StateReader reader = open(state, 'C', "column");
        ColumnProfile profile = takeColumn(reader);
        reader.finish();
        return profile;
    }

    /** A state as text, in base 64. */
    public static String text(byte[] state) {
        return Base64.getEncoder().encodeToString(state);
    }

    /**
     * The state of a text.
     *
     * @throws IllegalArgumentException when it is not in base 64
     */
    public static byte[] state(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected the state of a profile in base 64: " + e.getMessage(), e);
        }
    }

    private static StateWriter begin(char of) {
        StateWriter state = new StateWriter();
        for (byte mark : MARK) {
            state.putByte(mark);
        }
        return state.putByte(VERSION).putByte(of);
    }

    private static StateReader open(byte[] state, char of, String what) {
        for (int i = 0; i < MARK.length; i++) {
            if (state.length < HEADER || state[i] != MARK[i]) {
                throw new IllegalArgumentException("expected the state of a profile, which begins with "
                        + new String(MARK, StandardCharsets.US_ASCII) + ", found " + state.length
                        + " bytes that do not");
            }
        }
        int version = state[MARK.length] & 0xff;
        if (version != VERSION) {
            throw new IllegalArgumentException("expected the state of a profile in version " + VERSION
                    + ", the only one this version of Sluice reads, found version " + version);
        }
        StateReader reader = new StateReader(state, HEADER);
        if (state[HEADER - 1] != of) {
            throw new IllegalArgumentException("expected the state of a " + what + ", found one of another kind");
        }
        return reader;
    }

    private static void put(StateWriter state, Map<String, ColumnProfile> columns) {
        state.putLong(columns.size());
        columns.forEach((name, column) -> {
            state.putText(name);
            put(state, column);
        });
    }

    private static Map<String, ColumnProfile> takeColumns(StateReader state) {
        Map<String, ColumnProfile> columns = new LinkedHashMap<>();
        for (int left = state.takeCount(); left > 0; left--) {
            columns.put(state.takeText(), takeColumn(state));
        }
        return columns;
    }

    private static void put(StateWriter state, ColumnProfile column) {
        state.putText(column.type()).putLong(column.rows()).putLong(column.nulls());
        column.distinct().ifPresent(distinct -> put(state, distinct));
        boolean counted =
                column.distinct().filter(Distinct.Counted.class::isInstance).isPresent();
        column.numbers().ifPresent(numbers -> put(state, numbers, counted));
        column.lengths().ifPresent(lengths -> state.putLong(lengths.count())
                .putLong(lengths.shortest())
                .putLong(lengths.longest())
                .putLong(lengths.total()));
        column.forms().ifPresent(forms -> put(state, forms));
        state.putByte(column.extent().isPresent() ? 1 : 0);
        column.extent().ifPresent(extent -> state.putText(extent.min()).putText(extent.max()));
    }

    private static ColumnProfile takeColumn(StateReader state) {
        String type = state.takeText();
        long rows = state.takeLong();
        long nulls = state.takeLong();
        ColumnKind kind = ColumnKind.of(type);
        Optional<Distinct> distinct =
                kind.hasDistinct() ? Optional.of(takeDistinct(state, rows - nulls)) : Optional.empty();
        Optional<Numbers> numbers =
                kind.isNumber() ? Optional.of(takeNumbers(state, distinct.orElseThrow())) : Optional.empty();
        Optional<Lengths> lengths = kind.hasLength()
                ? Optional.of(new Lengths(state.takeLong(), state.takeLong(), state.takeLong(), state.takeLong()))
                : Optional.empty();
        Optional<TextForms> forms = kind == ColumnKind.TEXT ? Optional.of(takeForms(state)) : Optional.empty();
        Optional<Extent> extent =
                state.takeByte() == 0 ? Optional.empty() : Optional.of(new Extent(state.takeText(), state.takeText()));
        return new ColumnProfile(type, rows, nulls, numbers, extent, lengths, forms, distinct);
    }

    private static void put(StateWriter state, Distinct distinct) {
        boolean estimated = distinct instanceof Distinct.Estimated;
        state.putByte(estimated ? 1 : 0);
        if (distinct instanceof Distinct.Estimated known) {
            put(state, known.sketch());
            state.putLong(known.error());
        }
        state.putLong(distinct.frequencies().size());
        distinct.frequencies().forEach((value, rows) -> state.putText(value).putLong(rows));
    }

    private static Distinct takeDistinct(StateReader state, long values) {
        boolean estimated = state.takeByte() != 0;
        HyperLogLog sketch = estimated ? takeSketch(state) : null;
        long error = estimated ? state.takeLong() : 0;
        SortedMap<String, Long> frequencies = new TreeMap<>();
        for (int left = state.takeCount(); left > 0; left--) {
            frequencies.put(state.takeText(), state.takeLong());
        }
        return estimated
                ? new Distinct.Estimated(sketch, frequencies, error, values)
                : new Distinct.Counted(frequencies);
    }

    /** Four registers in three bytes. */
    private static void put(StateWriter state, HyperLogLog sketch) {
        for (int i = 0; i < HyperLogLog.REGISTERS; i += 4) {
            long four = 0;
            for (int j = 0; j < 4; j++) {
                four = (four << REGISTER_BITS) | sketch.register(i + j);
            }
            state.putHighBytes(four << (Long.SIZE - 4 * REGISTER_BITS), 3);
        }
    }

    private static HyperLogLog takeSketch(StateReader state) {
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        for (int i = 0; i < registers.length; i += 4) {
            long four = state.takeHighBytes(3);
            for (int j = 0; j < 4; j++) {
                registers[i + j] = (byte) (four >>> (Long.SIZE - REGISTER_BITS));
                four <<= REGISTER_BITS;
            }
        }
        return new HyperLogLog(registers);
    }

    private static void put(StateWriter state, Numbers numbers, boolean counted) {
        Moments moments = numbers.moments();
        state.putLong(numbers.nans())
                .putLong(numbers.infinities())
                .putLong(numbers.zeros())
                .putLong(numbers.negatives())
                .putDouble(numbers.min())
                .putDouble(numbers.max())
                .putLong(moments.count())
                .putDouble(moments.sum())
                .putDouble(moments.squares())
                .putDouble(moments.cubes())
                .putDouble(moments.fourths());
        if (!counted) {
            put(state, numbers.quantiles());
        }
    }

    private static Numbers takeNumbers(StateReader state, Distinct distinct) {
        return new Numbers(
                state.takeLong(),
                state.takeLong(),
                state.takeLong(),
                state.takeLong(),
                state.takeDouble(),
                state.takeDouble(),
                new Moments(
                        state.takeLong(),
                        state.takeDouble(),
                        state.takeDouble(),
                        state.takeDouble(),
                        state.takeDouble()),
                distinct instanceof Distinct.Counted counted
                        ? Quantiles.of(counted.frequencies())
                        : takeQuantiles(state));
    }

    private static void put(StateWriter state, Quantiles quantiles) {
        state.putLong(quantiles.over())
                .putLong(quantiles.under())
                .putLong(quantiles.levels().size());
        for (Quantiles.Level level : quantiles.levels()) {
            state.putLong(level.size()).putByte(level.upper() ? 1 : 0);
            long used = 0;
            for (int i = 0; i < level.size(); i++) {
                used |= Double.doubleToLongBits(level.value(i));
            }
            int width = Math.max(1, Long.BYTES - Long.numberOfTrailingZeros(used) / Byte.SIZE);
            state.putByte(width);
            for (int i = 0; i < level.size(); i++) {
                state.putHighBytes(Double.doubleToLongBits(level.value(i)), width);
            }
        }
    }

    private static Quantiles takeQuantiles(StateReader state) {
        long over = state.takeLong();
        long under = state.takeLong();
        int count = state.takeCount();
        if (count > MOST_LEVELS) {
            throw new IllegalArgumentException("the state of a profile has quantiles of " + count + " levels");
        }
        List<Quantiles.Level> levels = new ArrayList<>();
        for (int h = 0; h < count; h++) {
            double[] values = new double[state.takeCount()];
            boolean upper = state.takeByte() != 0;
            int width = state.takeByte();
            if (width < 1 || width > Long.BYTES) {
                throw new IllegalArgumentException("the state of a profile has numbers of " + width + " bytes");
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = Double.longBitsToDouble(state.takeHighBytes(width));
            }
            levels.add(new Quantiles.Level(values, upper));
        }
        return new Quantiles(levels, over, under);
    }

    private static void put(StateWriter state, TextForms forms) {
        for (TextForm form : TextForm.values()) {
            state.putLong(forms.of(form));
        }
    }

    private static TextForms takeForms(StateReader state) {
        Map<TextForm, Long> counts = new EnumMap<>(TextForm.class);
        for (TextForm form : TextForm.values()) {
            long count = state.takeLong();
            if (count != 0) {
                counts.put(form, count);
            }
        }
        return new TextForms(counts);
    }
}
