package dev.sluice.stats;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a column seems to be for.
 *
 * @param use what it is
 * @param share the evidence, from 0 to 1: of the texts that are not blank those of that form; of an {@link Use#ID} the
 *     different ones among the values; of a {@link Use#CATEGORY} the values that repeat another one; else 1
 */
public record Meaning(Use use, double share) {
    private static final double NEARLY_ALL = 0.95;

    /** A smaller table has different values by chance. */
    private static final int FEWEST_IDS = 50;

    private static final int MOST_WHOLE_CATEGORIES = 20;
    private static final int LONGEST_ID = 64;

    /** Texts of such a form, nearly all of them, mean this. */
    private static final Map<TextForm, Use> USES = new EnumMap<>(Map.of(
            TextForm.BOOLEAN, Use.FLAG,
            TextForm.DATE, Use.DATE,
            TextForm.TIME, Use.TIME,
            TextForm.TIMESTAMP, Use.TIMESTAMP,
            TextForm.IP, Use.IP,
            TextForm.EMAIL, Use.EMAIL,
            TextForm.URL, Use.URL,
            TextForm.PHONE, Use.PHONE,
            TextForm.UUID, Use.ID,
            TextForm.DECIMAL, Use.NUMBER));

    /** Uses of columns. */
    public enum Use {
        /** Names a row or a thing. */
        ID,
        /** One of few values, which recur. */
        CATEGORY,
        /** One of two values. */
        FLAG,
        NUMBER,
        DATE,
        TIME,
        TIMESTAMP,
        TEXT,
        EMAIL,
        URL,
        IP,
        PHONE
    }

    static Optional<Meaning> of(ColumnProfile column) {
        if (column.rows() == column.nulls()) {
            return Optional.empty();
        }
        return switch (column.kind()) {
            case BOOLEAN -> certainly(Use.FLAG);
            case DATE -> certainly(Use.DATE);
            case TIMESTAMP -> certainly(Use.TIMESTAMP);
            case REAL -> certainly(Use.NUMBER);
            case WHOLE -> Optional.of(whole(column));
            case TEXT -> Optional.of(text(column));
            case BINARY, ARRAY, OTHER -> Optional.empty();
        };
    }

    private static Optional<Meaning> certainly(Use use) {
        return Optional.of(new Meaning(use, 1));
    }

    private static Meaning whole(ColumnProfile column) {
        return flag(column)
                .or(() -> id(column))
                .or(() -> category(column, MOST_WHOLE_CATEGORIES))
                .orElse(new Meaning(Use.NUMBER, 1));
    }

    private static Meaning text(ColumnProfile column) {
        TextForms forms = column.forms().orElseThrow();
        long blanks = forms.of(TextForm.BLANK);
        long written = column.rows() - column.nulls() - blanks;
        Optional<Meaning> formed = forms.counts().entrySet().stream()
                .filter(entry -> USES.containsKey(entry.getKey()) && entry.getValue() >= NEARLY_ALL * written)
                .map(entry -> new Meaning(USES.get(entry.getKey()), (double) entry.getValue() / written))
                .findFirst();
        double numbers = (double) (forms.of(TextForm.INTEGER) + forms.of(TextForm.DECIMAL)) / written;
        return formed.or(() -> flag(column))
                .or(() -> id(column))
                .or(() -> category(column, Distinct.MOST_COUNTED))
                .orElse(numbers >= NEARLY_ALL ? new Meaning(Use.NUMBER, numbers) : new Meaning(Use.TEXT, 1));
    }

    /** Two values, of which one recurs. */
    private static Optional<Meaning> flag(ColumnProfile column) {
        boolean two = column.distinct().orElseThrow() instanceof Distinct.Counted counted && counted.count() == 2;
        return two && values(column) > 2 ? certainly(Use.FLAG) : Optional.empty();
    }

    /** As many different values as values, as far as can be told. */
    private static Optional<Meaning> id(ColumnProfile column) {
        Distinct distinct = column.distinct().orElseThrow();
        boolean may = values(column) >= FEWEST_IDS
                && column.lengths().map(Lengths::longest).orElse(0L) <= LONGEST_ID
                && distinct.count() * (1 + 3 * distinct.relativeError()) >= values(column);
        return may
                ? Optional.of(new Meaning(Use.ID, Math.min(1, distinct.count() / values(column))))
                : Optional.empty();
    }

    private static Optional<Meaning> category(ColumnProfile column, int most) {
        Distinct distinct = column.distinct().orElseThrow();
        double repeated = 1 - distinct.count() / values(column);
        boolean few = distinct instanceof Distinct.Counted && distinct.count() <= most;
        return few && repeated >= 0.5 ? Optional.of(new Meaning(Use.CATEGORY, repeated)) : Optional.empty();
    }

    private static long values(ColumnProfile column) {
        return column.rows() - column.nulls();
    }
}
