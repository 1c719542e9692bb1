package dev.sluice.quality;

import dev.sluice.config.Monitor.Limits;
import dev.sluice.stats.ColumnProfile;
import dev.sluice.stats.TableProfile;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a table differs from a reference: the same table earlier, the rows a model was trained on, the rows it serves. Made of
 * the two profiles, without data.
 *
 * @param columns the gravest first; of one verdict, those first that vanished, changed kind or appeared, then by how many
 *     times the bound each has moved, then by name
 */
public record DriftReport(List<ColumnDrift> columns) {
    private static final Comparator<ColumnDrift> RANK = Comparator.comparing(ColumnDrift::verdict)
            .thenComparingDouble(ColumnDrift::size)
            .reversed()
            .thenComparing(ColumnDrift::column);

    public DriftReport {
        columns = columns.stream().sorted(RANK).toList();
    }

    /** Compares the columns that the limits name, or else all that either profile has. */
    public static DriftReport of(TableProfile reference, TableProfile current, Limits limits) {
        return new DriftReport(names(reference, current, limits).stream()
                .map(name -> of(name, column(reference, name), column(current, name), limits))
                .toList());
    }

    /** The gravest verdict. */
    public Verdict verdict() {
        return Verdict.worst(columns.stream().map(ColumnDrift::verdict).toList());
    }

    private static Collection<String> names(TableProfile reference, TableProfile current, Limits limits) {
        if (!limits.columns().isEmpty()) {
            return limits.columns();
        }
        Set<String> names = new LinkedHashSet<>(reference.columns().keySet());
        names.addAll(current.columns().keySet());
        return names;
    }

    private static Optional<ColumnProfile> column(TableProfile profile, String name) {
        return Optional.ofNullable(profile.columns().get(name));
    }

    private static ColumnDrift of(
            String name, Optional<ColumnProfile> reference, Optional<ColumnProfile> current, Limits limits) {
        if (reference.isEmpty() && current.isEmpty()) {
            return new ColumnDrift.NotJudged(name, "there is no such column on either side");
        }
        if (reference.isEmpty()) {
            return new ColumnDrift.Appeared(name, current.get().type());
        }
        if (current.isEmpty()) {
            return new ColumnDrift.Vanished(name, reference.get().type());
        }
        return ColumnDrift.of(name, reference.get(), current.get(), limits);
    }
}
