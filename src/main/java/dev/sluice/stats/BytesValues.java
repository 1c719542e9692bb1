package dev.sluice.stats;

import dev.sluice.stats.ColumnProfile.Extent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Texts in UTF-8, or bytes, looked at where they are. What is known of a value from its last time is not worked out again. */
final class BytesValues extends Values {
    private final boolean texts;
    private final BytesTally tally;
    private final Lengths.Builder lengths = new Lengths.Builder();
    private final TextForms.Builder forms = new TextForms.Builder();
    private byte[] lowest;
    private byte[] highest;
    private long count;

    BytesValues(ColumnKind kind) {
        this(kind, new BytesTally(kind));
    }

    private BytesValues(ColumnKind kind, BytesTally tally) {
        super(tally, null);
        this.texts = kind == ColumnKind.TEXT;
        this.tally = tally;
    }

    void add(byte[] bytes, int from, int to) {
        count++;
        long hash = Hash.of(bytes, from, to);
        int slot = tally.hit(bytes, from, to, hash);
        if (slot >= 0) {
            lengths.add(tally.length(slot));
            forms.add(tally.form(slot));
            return;
        }
        int length = texts ? TextForm.characters(bytes, from, to) : to - from;
        TextForm form = texts ? TextForm.of(bytes, from, to) : TextForm.OTHER;
        tally.miss(bytes, from, to, hash, length, form);
        lengths.add(length);
        forms.add(form);
        if (texts) {
            widen(bytes, from, to);
        }
    }

    private void widen(byte[] bytes, int from, int to) {
        if (lowest == null) {
            lowest = Arrays.copyOfRange(bytes, from, to);
            highest = lowest;
        } else if (Arrays.compareUnsigned(bytes, from, to, lowest, 0, lowest.length) < 0) {
            lowest = Arrays.copyOfRange(bytes, from, to);
        } else if (Arrays.compareUnsigned(bytes, from, to, highest, 0, highest.length) > 0) {
            highest = Arrays.copyOfRange(bytes, from, to);
        }
    }

    @Override
    long count() {
        return count;
    }

    @Override
    void add(ColumnProfile other) {
        super.add(other);
        count += other.rows() - other.nulls();
        other.lengths().ifPresent(lengths::add);
        other.forms().ifPresent(forms::add);
    }

    @Override
    void widen(Extent extent) {
        for (String end : new String[] {extent.min(), extent.max()}) {
            byte[] bytes = end.getBytes(StandardCharsets.UTF_8);
            widen(bytes, 0, bytes.length);
        }
    }

    @Override
    Optional<Extent> extent(Optional<Numbers> known) {
        return texts
                ? Optional.of(new Extent(
                        new String(lowest, StandardCharsets.UTF_8), new String(highest, StandardCharsets.UTF_8)))
                : Optional.empty();
    }

    @Override
    Optional<Lengths> lengths() {
        return Optional.of(lengths.build());
    }

    @Override
    Optional<TextForms> forms() {
        return texts ? Optional.of(forms.build()) : Optional.empty();
    }
}
