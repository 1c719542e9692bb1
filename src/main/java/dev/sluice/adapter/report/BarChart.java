package dev.sluice.adapter.report;

import static dev.sluice.adapter.report.Plot.px;

import dev.sluice.port.Report;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * One bar per category: upright while all names fit below their bars, else lying, one below the other, so that any number
 * of them fits.
 */
final class BarChart {
    private static final double UPRIGHT_HEIGHT = 260;
    private static final double LYING_BAR = 20;

    /** A longer name is cut; the whole one shows when pointed at. */
    private static final int LONGEST_NAME = 24;

    private BarChart() {}

    static void draw(Markup out, Report.Block.Bars bars) {
        out.open("figure").leaf("figcaption", bars.title());
        if (fitsUpright(bars.categories())) {
            upright(out, bars);
        } else {
            lying(out, bars);
        }
        out.close("figure");
    }

    private static boolean fitsUpright(List<String> names) {
        double widest = names.stream().mapToDouble(Plot::width).max().orElse(0);
        return names.size() * (Math.max(widest, 14) + 8) <= Plot.WIDTH - 50;
    }

    private static void upright(Markup out, Report.Block.Bars bars) {
        Axis axis = axis(bars);
        double labels = axis.ticks().stream()
                .mapToDouble(tick -> Plot.width(axis.label(tick)))
                .max()
                .orElse(0);
        Plot plot = new Plot(labels + 10, 28, Plot.WIDTH - 8, UPRIGHT_HEIGHT - 40);
        Plot.open(out, bars.title() + ": " + bars.y() + " by " + bars.x(), UPRIGHT_HEIGHT);
        Plot.text(out, bars.y(), "start", 0, Plot.TEXT);
        for (double tick : axis.ticks()) {
            double at = plot.y(axis.share(tick));
            plot.across(out, at, tick == 0 ? "axis" : "grid");
            Plot.text(out, axis.label(tick), "end", plot.left() - 6, at + 4);
        }
        int count = bars.categories().size();
        for (int i = 0; i < count; i++) {
            double place = (plot.right() - plot.left()) / count;
            double middle = plot.left() + (i + 0.5) * place;
            double value = bars.values().get(i);
            if (Axis.holds(value)) {
                double zero = plot.y(axis.share(0));
                double end = plot.y(axis.share(value));
                double wide = Math.min(place * 0.7, 44);
                bar(out, bars, i, middle - wide / 2, Math.min(zero, end), wide, Math.abs(zero - end));
            }
            Plot.text(out, bars.categories().get(i), "middle", middle, plot.bottom() + 17);
        }
        Plot.text(out, bars.x(), "middle", (plot.left() + plot.right()) / 2, plot.bottom() + 36);
        out.close("svg");
    }

    private static void lying(Markup out, Report.Block.Bars bars) {
        Axis axis = axis(bars);
        int count = bars.categories().size();
        double names = bars.categories().stream()
                .mapToDouble(name -> Plot.width(cut(name)))
                .max()
                .orElse(0);
        double values = bars.values().stream()
                .mapToDouble(value -> Plot.width(number(value)))
                .max()
                .orElse(0);
        Plot plot = new Plot(
                Math.max(names, Plot.width(bars.x())) + 8, 24, Plot.WIDTH - values - 6, 24 + count * LYING_BAR);
        Plot.open(out, bars.title() + ": " + bars.y() + " by " + bars.x(), plot.bottom() + 6);
        Plot.text(out, bars.x(), "end", plot.left() - 6, Plot.TEXT);
        double zero = plot.x(axis.share(0));
        Plot.text(out, bars.y(), "start", zero, Plot.TEXT);
        for (int i = 0; i < count; i++) {
            double top = plot.top() + i * LYING_BAR + 3;
            double value = bars.values().get(i);
            double end = Axis.holds(value) ? plot.x(axis.share(value)) : zero;
            bar(out, bars, i, Math.min(zero, end), top, Math.abs(end - zero), LYING_BAR - 6);
            Plot.text(out, cut(bars.categories().get(i)), "end", plot.left() - 6, top + 11);
            // Beside the bar, where nothing else is: a bar below zero leaves the other side free.
            Plot.text(out, number(value), "start", Math.max(zero, end) + 4, top + 11);
        }
        plot.down(out, zero, "axis");
        out.close("svg");
    }

    private static void bar(
            Markup out, Report.Block.Bars bars, int i, double x, double y, double width, double height) {
        out.open("rect", "class", "bar", "x", px(x), "y", px(y), "width", px(width), "height", px(height))
                .leaf(
                        "title",
                        bars.categories().get(i) + ": " + number(bars.values().get(i)))
                .close("rect");
    }

    /** Bars are read by their length, so zero is always there. */
    private static Axis axis(Report.Block.Bars bars) {
        return Axis.over(
                DoubleStream.concat(DoubleStream.of(0), bars.values().stream().mapToDouble(v -> v)), 4);
    }

    /** A name with a place beside a chart. */
    static String cut(String name) {
        int length = name.codePointCount(0, name.length());
        return length <= LONGEST_NAME
                ? name
                : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME - 1))
                                .stripTrailing() + "…";
    }

    /** Four significant digits, without an exponent where people would not write one. */
    private static String number(double value) {
        if (!Axis.holds(value)) {
            return "–";
        }
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e9) {
            return Axis.signed(String.format(Locale.ROOT, "%,.0f", value));
        }
        if (size >= 1e9 || size < 1e-4) {
            return Axis.signed(String.format(Locale.ROOT, "%.2e", value));
        }
        int decimals = (int) Math.max(0, 3 - Math.floor(Math.log10(size)));
        return Axis.signed(String.format(Locale.ROOT, "%,." + Math.min(decimals, 4) + "f", value));
    }
}
