package dev.sluice.config;

import dev.sluice.core.Nearest;
import java.util.List;
import java.util.Map;

/** Grids of parameter values. */
final class Grids {
    private Grids() {}

    static Map<String, List<Double>> check(Map<String, List<Double>> grid, List<String> known) {
        grid.forEach((name, values) -> {
            Invalid.unless(
                    known.contains(name),
                    "grid",
                    "expected one of " + String.join(", ", known) + ", found '" + name + "'"
                            + Nearest.of(name, known)
                                    .map(n -> "; did you mean " + n + "?")
                                    .orElse(""));
            Invalid.unless(!values.isEmpty(), "grid", "expected at least one value of " + name + ", found none");
        });
        return Ordered.copy(grid);
    }
}
