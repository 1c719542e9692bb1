package dev.sluice.adapter.report;

import static dev.sluice.adapter.report.Plot.px;

import dev.sluice.port.Report.Block;
import java.util.List;
import java.util.Locale;

/**
 * A cell for each two names, below the diagonal: its colour says how strong and which way, its number the same in hundredths. Columns
 * are named at the diagonal, by the name that the row there has.
 */
final class HeatMapChart {
    private static final double CELL = 26;

    /** Shades on either side of none. */
    private static final int SHADES = 5;

    /** From here on a light number stands on a dark cell. */
    private static final int DARK = 4;

    private HeatMapChart() {}

    static void draw(Markup out, Block.HeatMap map) {
        List<String> names = map.names();
        out.open("figure", "class", "wide").leaf("figcaption", map.title());
        double left = names.stream()
                        .mapToDouble(name -> Plot.width(BarChart.cut(name)))
                        .max()
                        .orElse(0)
                + 6;
        double width = left + names.size() * CELL + left;
        // Not larger than its text is meant, on a wide screen either.
        out.open("div", "class", "table", "tabindex", "0")
                .open(
                        "svg",
                        "viewBox",
                        "0 0 " + px(width) + " " + px(names.size() * CELL),
                        "width",
                        px(width),
                        "height",
                        px(names.size() * CELL),
                        "role",
                        "img",
                        "aria-label",
                        map.title(),
                        "xmlns",
                        "http://www.w3.org/2000/svg");
        for (int row = 0; row < names.size(); row++) {
            double middle = row * CELL + CELL / 2 + 4;
            Plot.text(out, BarChart.cut(names.get(row)), "end", left - 6, middle);
            for (int column = 0; column < row; column++) {
                cell(out, map, row, column, left);
            }
            Plot.text(out, BarChart.cut(names.get(row)), "start", left + row * CELL + 6, middle);
        }
        out.close("svg").close("div").close("figure");
    }

    private static void cell(Markup out, Block.HeatMap map, int row, int column, double left) {
        double value = map.values().get(row).get(column);
        double x = left + column * CELL;
        double y = row * CELL;
        out.open("g")
                .leaf("title", map.names().get(row) + ", " + map.names().get(column) + ": " + exactly(value))
                .single(
                        "rect",
                        "class",
                        "cell " + shade(value),
                        "x",
                        px(x + 0.5),
                        "y",
                        px(y + 0.5),
                        "width",
                        px(CELL - 1),
                        "height",
                        px(CELL - 1))
                .leaf(
                        "text",
                        hundredths(value),
                        "class",
                        strength(value) >= DARK ? "on dark" : "on",
                        "x",
                        px(x + CELL / 2),
                        "y",
                        px(y + CELL / 2 + 3.5),
                        "text-anchor",
                        "middle")
                .close("g");
    }

    /** 0 to {@link #SHADES}. */
    private static int strength(double value) {
        return Double.isNaN(value) ? 0 : (int) Math.round(Math.abs(value) * SHADES);
    }

    /** A class of the style sheet. */
    private static String shade(double value) {
        int strength = strength(value);
        return strength == 0 ? "h0" : (value < 0 ? "minus h" : "plus h") + strength;
    }

    private static String hundredths(double value) {
        return Double.isNaN(value) ? "–" : Axis.signed(Long.toString(Math.round(100 * value)));
    }

    private static String exactly(double value) {
        return Double.isNaN(value) ? "none" : Axis.signed(String.format(Locale.ROOT, "%.4f", value));
    }
}
