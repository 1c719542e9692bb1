package dev.sluice.adapter.report;

import static dev.sluice.adapter.report.Plot.px;

import dev.sluice.port.Report;
import dev.sluice.port.Report.Series;
import java.util.List;

/** Lines over a common x axis. Each has a colour and a dash pattern: either is enough to tell it from the others. */
final class LineChart {
    private static final double HEIGHT = 260;

    /** Colours of the style sheet. */
    private static final int COLOURS = 6;

    /** One less than colours, so that both together repeat after thirty lines only. */
    private static final List<String> DASHES = List.of("none", "7 3", "2 3", "10 3 2 3", "4 2");

    /** Of points closer together than this the second is not drawn. */
    private static final double NEAR = 0.4;

    private LineChart() {}

    static void draw(Markup out, Report.Block.Lines lines) {
        Axis x = Axis.over(lines.series().stream().flatMap(s -> s.x().stream()).mapToDouble(v -> v), 5);
        Axis y = Axis.over(lines.series().stream().flatMap(s -> s.y().stream()).mapToDouble(v -> v), 5);
        double labels = y.ticks().stream()
                .mapToDouble(tick -> Plot.width(y.label(tick)))
                .max()
                .orElse(0);
        double overhang = Plot.width(x.label(x.high())) / 2;
        Plot plot = new Plot(labels + 10, 28, Plot.WIDTH - Math.max(8, overhang), HEIGHT - 40);

        out.open("figure").leaf("figcaption", lines.title());
        legend(out, lines.series());
        Plot.open(out, lines.title() + ": " + lines.y() + " over " + lines.x(), HEIGHT);
        axes(out, plot, lines, x, y);
        for (int i = 0; i < lines.series().size(); i++) {
            line(out, plot, lines.series().get(i), i, x, y);
        }
        out.close("svg").close("figure");
    }

    private static void axes(Markup svg, Plot plot, Report.Block.Lines lines, Axis x, Axis y) {
        Plot.text(svg, lines.y(), "start", 0, Plot.TEXT);
        for (double tick : y.ticks()) {
            double at = plot.y(y.share(tick));
            plot.across(svg, at, tick == y.low() ? "axis" : "grid");
            Plot.text(svg, y.label(tick), "end", plot.left() - 6, at + 4);
        }
        for (double tick : x.ticks()) {
            double at = plot.x(x.share(tick));
            plot.down(svg, at, tick == x.low() ? "axis" : "grid");
            Plot.text(svg, x.label(tick), "middle", at, plot.bottom() + 17);
        }
        Plot.text(svg, lines.x(), "middle", (plot.left() + plot.right()) / 2, plot.bottom() + 36);
    }

    private static void line(Markup svg, Plot plot, Series series, int index, Axis x, Axis y) {
        StringBuilder path = new StringBuilder();
        StringBuilder dots = new StringBuilder();
        boolean dotted = dotted(series.x().size());
        boolean drawing = false;
        double lastX = 0;
        double lastY = 0;
        int points = Math.min(series.x().size(), series.y().size());
        for (int i = 0; i < points; i++) {
            double valueX = series.x().get(i);
            double valueY = series.y().get(i);
            if (!Axis.holds(valueX) || !Axis.holds(valueY)) {
                drawing = false;
                continue;
            }
            double atX = plot.x(x.share(valueX));
            double atY = plot.y(y.share(valueY));
            boolean near = drawing && Math.abs(atX - lastX) < NEAR && Math.abs(atY - lastY) < NEAR;
            if (near && i < points - 1) {
                continue;
            }
            path.append(drawing ? 'L' : 'M').append(px(atX)).append(' ').append(px(atY));
            if (dotted) {
                // A line of no length with round ends is a dot: one path for all of them.
                dots.append('M').append(px(atX)).append(' ').append(px(atY)).append("h0");
            }
            drawing = true;
            lastX = atX;
            lastY = atY;
        }
        svg.single("path", "class", "line " + colour(index), "stroke-dasharray", dash(index), "d", path.toString());
        if (dotted) {
            svg.single("path", "class", "dots " + colour(index), "d", dots.toString());
        }
    }

    /** With more points, dots would hide the line; the two ends of a straight one need none. */
    private static boolean dotted(int points) {
        return points < 32 && points != 2;
    }

    private static void legend(Markup out, List<Series> series) {
        if (series.size() < 2) {
            return;
        }
        out.open("ul", "class", "legend");
        for (int i = 0; i < series.size(); i++) {
            out.open("li")
                    .open("svg", "viewBox", "0 0 26 8", "aria-hidden", "true")
                    .single("path", "class", "line " + colour(i), "stroke-dasharray", dash(i), "d", "M0 4H26")
                    .close("svg")
                    .text(series.get(i).name())
                    .close("li");
        }
        out.close("ul");
    }

    private static String colour(int index) {
        return "c" + index % COLOURS;
    }

    private static String dash(int index) {
        return DASHES.get(index % DASHES.size());
    }
}
