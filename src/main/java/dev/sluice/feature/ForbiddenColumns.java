package dev.sluice.feature;

import dev.sluice.config.FeatureTable;
import dev.sluice.config.Features;
import dev.sluice.config.Sql;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.SqlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds uses of columns that are known only after the decision; reads the definition alone, so before any table exists. */
final class ForbiddenColumns {
    private final FeatureTable features;
    private final Set<String> never;
    private final List<String> uses = new ArrayList<>();

    private ForbiddenColumns(FeatureTable features) {
        this.features = features;
        this.never = features.spine().never().stream()
                .map(column -> column.toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Refuses all uses at once. A spine row may use such a column nowhere: key, as_of, keep, take, keys of lookups and joins,
     * grouping of windows. Windows and as-of joins may read it of other rows, which they see from known_at on; a lookup has
     * no known_at and may not read it of the spine's table.
     *
     * @throws SluiceException PLAN_INVALID
     */
    static void refuse(FeatureTable features) {
        ForbiddenColumns found = new ForbiddenColumns(features);
        found.search();
        if (!found.uses.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    features.table() + " uses columns of " + features.spine().from()
                            + " that spine.never declares as known only after the decision: "
                            + String.join("; ", found.uses),
                    "take it out, or aggregate it over earlier rows in windows with a known_at; if it is known in time, take"
                            + " it out of spine.never");
        }
    }

    private void search() {
        if (never.isEmpty()) {
            return;
        }
        Features.Spine spine = features.spine();
        columns("spine.key", spine.key());
        columns("spine.keep", spine.keep());
        expression("spine.as_of", spine.asOf());
        features.take().forEach((name, sql) -> expression("feature " + name + " in take", sql));
        for (Features.Lookup lookup : features.lookups()) {
            columns("the keys of the lookup in " + lookup.from(), lookup.keys().keySet());
            if (lookup.from().equals(spine.from())) {
                columns(
                        "the keys of the lookup in " + lookup.from(),
                        lookup.keys().values());
                lookup.take()
                        .forEach((name, sql) ->
                                expression("feature " + name + " of the lookup in " + lookup.from(), sql));
            }
        }
        for (Features.AsOfJoin join : features.asOfJoins()) {
            columns(
                    "the keys of the as-of join with " + join.from(),
                    join.keys().keySet());
        }
        for (Features.Window window : features.windows()) {
            String names = String.join(", ", window.names());
            columns("the grouping (by) of the window of " + names, window.by());
        }
    }

    private void expression(String where, Sql sql) {
        Set<String> names = SqlText.names(sql.forRun(FeaturePlan.SOME_INTERVAL));
        columns(where, names.contains(SqlText.ALL) ? never : names);
    }

    private void columns(String where, Collection<String> columns) {
        columns.stream()
                .filter(column -> never.contains(column.toLowerCase(Locale.ROOT)))
                .map(column -> column + " in " + where)
                .filter(use -> !uses.contains(use))
                .forEach(uses::add);
    }
}
