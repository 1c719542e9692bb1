package dev.sluice.adapter.report;

import static dev.sluice.adapter.report.Plot.px;

import dev.sluice.port.Report.Block;
import dev.sluice.port.Report.Values;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Two lying bars per category: hollow for before, full for now, so that they are told apart without colour. One category
 * below the other, so that any number of them fits.
 */
final class ShareChart {
    private static final double BAR = 11;

    /** From one bar of a pair to the other. */
    private static final double NEXT = 14;

    /** From one pair to the other. */
    private static final double PAIR = 36;

    private static final double TOP = 24;

    /** Classes of the style sheet. */
    private static final String BEFORE = "bar before";

    private static final String NOW = "bar";

    private ShareChart() {}

    static void draw(Markup out, Block.Shares shares) {
        out.open("figure").leaf("figcaption", shares.title());
        out.open("ul", "class", "legend");
        key(out, shares.before(), BEFORE);
        key(out, shares.now(), NOW);
        out.close("ul");
        bars(out, shares);
        out.close("figure");
    }

    private static void key(Markup out, Values side, String style) {
        out.open("li")
                .open("svg", "viewBox", "0 0 26 8", "aria-hidden", "true")
                .single("rect", rectangle(style, 1, 0.5, 24, 7))
                .close("svg")
                .text(side.name())
                .close("li");
    }

    private static void bars(Markup out, Block.Shares shares) {
        List<String> names = shares.categories();
        double named = names.stream()
                .mapToDouble(name -> Plot.width(BarChart.cut(name)))
                .max()
                .orElse(0);
        Plot plot = new Plot(
                Math.max(named, Plot.width(shares.x())) + 8,
                TOP,
                Plot.WIDTH - Plot.width(percent(1)) - 6,
                TOP + names.size() * PAIR);
        Plot.open(out, shares.title() + ": " + shares.y() + " by " + shares.x(), plot.bottom() + 6);
        Plot.text(out, shares.x(), "end", plot.left() - 6, Plot.TEXT);
        Plot.text(out, shares.y(), "start", plot.left(), Plot.TEXT);
        double longest = DoubleStream.of(largest(shares.before()), largest(shares.now()), Double.MIN_NORMAL)
                .max()
                .orElseThrow();
        for (int i = 0; i < names.size(); i++) {
            double top = plot.top() + i * PAIR + 5;
            Plot.text(out, BarChart.cut(names.get(i)), "end", plot.left() - 6, top + NEXT + 2);
            bar(out, names.get(i), shares.before(), i, BEFORE, plot, longest, top);
            bar(out, names.get(i), shares.now(), i, NOW, plot, longest, top + NEXT);
        }
        plot.down(out, plot.left(), "axis");
        out.close("svg");
    }

    private static void bar(
            Markup out, String name, Values side, int i, String style, Plot plot, double longest, double top) {
        double share = side.values().get(i);
        double end = plot.x(share / longest);
        out.open("rect", rectangle(style, plot.left(), top, end - plot.left(), BAR))
                .leaf("title", name + ", " + side.name() + ": " + percent(share))
                .close("rect");
        Plot.text(out, percent(share), "start", end + 4, top + 10);
    }

    private static String[] rectangle(String style, double x, double y, double width, double height) {
        return new String[] {"class", style, "x", px(x), "y", px(y), "width", px(width), "height", px(height)};
    }

    private static double largest(Values side) {
        return side.values().stream().mapToDouble(share -> share).max().orElse(0);
    }

    /** To a tenth; what is less and not nothing says so. */
    private static String percent(double share) {
        return share > 0 && share < 0.0005 ? "< 0.1 %" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
