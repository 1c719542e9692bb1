package dev.sluice.quality;

import dev.sluice.config.Check;
import dev.sluice.config.Ingest;
import dev.sluice.config.Measure;
import dev.sluice.config.Sql;
import dev.sluice.frame.Columns;
import dev.sluice.stats.ColumnKind;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.Distinct;
import dev.sluice.stats.Meaning;
import dev.sluice.stats.TableProfile;
import dev.sluice.stats.TextForm;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks that a profiled table seems to keep, each with the evidence. The rules are those of Deequ's suggestions (complete,
 * nearly complete, type of texts, categories, most frequent categories, not negative, unique), and forms of texts; what an
 * estimate alone speaks for has still to be tried on the rows.
 */
public final class CheckSuggestions {
    /** Of a share that was seen in rows, so many standard errors less are promised of other rows: 95 % of them keep it. */
    private static final double CONFIDENCE = 1.96;

    /** A column with a value in fewer rows has no promise made of its values being there. */
    private static final double FEWEST_PRESENT = 0.2;

    /** Frequent categories that have fewer of the values are not worth a check. */
    private static final double FEWEST_COVERED = 0.9;

    /** Where more of the different values have one row alone, the next rows will bring new ones. */
    private static final double MOST_SEEN_ONCE = 0.1;

    private static final Map<TextForm, String> FORMS = new EnumMap<>(Map.of(
            TextForm.UUID, "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
            TextForm.EMAIL, "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$",
            TextForm.URL, "^[a-zA-Z][a-zA-Z0-9+.-]*://\\S+$"));

    private final Set<String> sensitive;
    private final List<Suggestion> suggestions = new ArrayList<>();

    private CheckSuggestions(Set<String> sensitive) {
        this.sensitive = Set.copyOf(sensitive);
    }

    /**
     * A check that may be declared.
     *
     * @param name different from those of all other suggestions
     * @param evidence in words, one line
     */
    public record Suggestion(String name, Check check, String evidence) {}

    /**
     * Suggestions, in the order of the columns; none for a table without rows. Nested fields have none.
     *
     * @param sensitive columns whose values are told to nobody
     */
    public static List<Suggestion> of(TableProfile profile, Set<String> sensitive) {
        CheckSuggestions made = new CheckSuggestions(sensitive);
        if (profile.rows() > 0) {
            profile.columns().forEach(made::column);
        }
        return List.copyOf(made.suggestions);
    }

    private void column(String name, ColumnProfile column) {
        presence(name, column);
        if (column.rows() > column.nulls()) {
            texts(name, column);
            categories(name, column);
            numbers(name, column);
            key(name, column);
        }
    }

    private void presence(String name, ColumnProfile column) {
        if (column.nulls() == 0) {
            add(
                    name,
                    "complete",
                    new Check.Complete(name, 1, Check.TableElse.FAIL),
                    "all of " + Words.rows(column.rows()) + " have a value");
        } else if (column.completeness() >= FEWEST_PRESENT) {
            promised(column.completeness(), column.rows())
                    .ifPresent(share -> add(
                            name,
                            "complete",
                            new Check.Complete(name, share, Check.TableElse.FAIL),
                            Words.percent(column.completeness()) + " of " + Words.rows(column.rows())
                                    + " have a value"));
        }
    }

    /** What all texts that are there read as, or look like. */
    private void texts(String name, ColumnProfile column) {
        // Deequ, which measures such checks, cannot read columns of such names.
        if (column.kind() != ColumnKind.TEXT || name.contains(".") || name.contains("`")) {
            return;
        }
        long values = values(column);
        Map<TextForm, Long> forms = column.forms().orElseThrow().counts();
        long whole = forms.getOrDefault(TextForm.INTEGER, 0L);
        long broken = forms.getOrDefault(TextForm.DECIMAL, 0L);
        Optional<Check.ReadsAs.Reading> reading = Optional.empty();
        if (whole == values) {
            reading = Optional.of(Check.ReadsAs.Reading.INTEGER);
        } else if (broken == values) {
            reading = Optional.of(Check.ReadsAs.Reading.FRACTION);
        } else if (whole + broken == values) {
            reading = Optional.of(Check.ReadsAs.Reading.NUMBER);
        } else if (forms.getOrDefault(TextForm.BOOLEAN, 0L) == values) {
            reading = Optional.of(Check.ReadsAs.Reading.BOOLEAN);
        }
        reading.ifPresent(type -> add(
                name,
                "reads",
                new Check.ReadsAs(Map.of(name, type), 1, Check.TableElse.FAIL),
                "all of " + Words.count(values) + " texts read as "
                        + type.name().toLowerCase(Locale.ROOT)));
        FORMS.forEach((form, regex) -> {
            if (forms.getOrDefault(form, 0L) == values) {
                add(
                        name,
                        "form",
                        new Check.Matches(
                                Map.of(name, regex), 1, Optional.empty(), Optional.empty(), Check.TableElse.FAIL),
                        "all of " + Words.count(values) + " texts look like "
                                + form.name().toLowerCase(Locale.ROOT));
            }
        });
    }

    /** The values of a text that has few, or the few that nearly all rows have. */
    private void categories(String name, ColumnProfile column) {
        if (column.kind() != ColumnKind.TEXT
                || sensitive.contains(name)
                || !(column.distinct().orElseThrow() instanceof Distinct.Counted counted)) {
            return;
        }
        List<String> domain = ContractInference.domain(column);
        long values = values(column);
        if (!domain.isEmpty() && seenOnce(counted) <= MOST_SEEN_ONCE * domain.size()) {
            add(
                    name,
                    "values",
                    among(name, domain, 1),
                    Words.count(domain.size()) + (domain.size() == 1 ? " value" : " different values") + " in "
                            + Words.rows(values));
            return;
        }
        List<Distinct.Frequent> frequent = new ArrayList<>();
        long covered = 0;
        for (Distinct.Frequent value : counted.top(ContractInference.LARGEST_DOMAIN)) {
            if (covered >= FEWEST_COVERED * values || value.atLeast() < ContractInference.ROWS_PER_VALUE) {
                break;
            }
            frequent.add(value);
            covered += value.atLeast();
        }
        if (covered >= FEWEST_COVERED * values) {
            double share = (double) covered / values;
            promised(share, values)
                    .ifPresent(min -> add(
                            name,
                            "values",
                            among(
                                    name,
                                    frequent.stream()
                                            .map(Distinct.Frequent::value)
                                            .toList(),
                                    min),
                            Words.percent(share) + " of " + Words.count(values) + " values are one of "
                                    + frequent.size() + ", of " + Words.count(Math.round(counted.count()))));
        }
    }

    private static long seenOnce(Distinct.Counted counted) {
        return counted.frequencies().values().stream().filter(rows -> rows == 1).count();
    }

    private static Check among(String name, List<String> values, double min) {
        String list = values.stream().map(CheckSuggestions::literal).collect(Collectors.joining(", "));
        return new Check.Expect(
                new Sql(Columns.quoted(name) + " IN (" + list + ")"),
                Ingest.Nulls.PASS,
                min,
                Optional.empty(),
                Optional.empty(),
                Check.TableElse.FAIL);
    }

    private static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private void numbers(String name, ColumnProfile column) {
        column.numbers()
                .filter(numbers -> numbers.count() > 0 && numbers.min() >= 0)
                .ifPresent(numbers -> add(
                        name,
                        "not_negative",
                        new Measure.Smallest(name, Optional.of(0.0), Optional.empty(), Check.TableElse.FAIL),
                        "the smallest of " + Words.count(numbers.count()) + " numbers"
                                + (sensitive.contains(name)
                                        ? " is not negative"
                                        : " is " + ProfileTable.rounded(numbers.min()))));
    }

    private void key(String name, ColumnProfile column) {
        boolean isId = column.meaning()
                .filter(meaning -> meaning.use() == Meaning.Use.ID)
                .isPresent();
        long values = values(column);
        if (isId && !column.distinct().orElseThrow().repeats(values)) {
            add(
                    name,
                    "unique",
                    new Check.Unique(List.of(name), Check.TableElse.FAIL),
                    Words.count(values) + " values, all different");
        }
    }

    /**
     * The share that rows like these keep with 95 % confidence, by the normal approximation, rounded down to a hundredth; empty where
     * that is nothing.
     */
    private static Optional<Double> promised(double share, long rows) {
        double lower = share - CONFIDENCE * Math.sqrt(share * (1 - share) / rows);
        double min = BigDecimal.valueOf(lower).setScale(2, RoundingMode.FLOOR).doubleValue();
        return min > 0 ? Optional.of(min) : Optional.empty();
    }

    /** Names are of letters, digits and underscores, and each is there once. */
    private void add(String column, String what, Check check, String evidence) {
        String plain = column.replaceAll("[^A-Za-z0-9_]+", "_").replaceFirst("^(?=[0-9])", "_") + "_" + what;
        String name = plain;
        for (int i = 2; isTaken(name); i++) {
            name = plain + "_" + i;
        }
        suggestions.add(new Suggestion(name, check, evidence));
    }

    private boolean isTaken(String name) {
        return suggestions.stream().anyMatch(made -> made.name().equals(name));
    }

    private static long values(ColumnProfile column) {
        return column.rows() - column.nulls();
    }
}
