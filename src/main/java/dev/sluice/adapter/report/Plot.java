package dev.sluice.adapter.report;

import java.util.Locale;

/**
 * The drawing area of a chart, in units that are CSS pixels at its narrowest: text in it is never smaller than meant, on
 * a telephone either.
 */
record Plot(double left, double top, double right, double bottom) {
    static final int WIDTH = 360;

    /** Height of the text of ticks and names. */
    static final double TEXT = 12;

    /** Room for a text; a little more than any common font takes. */
    static double width(String text) {
        return text.codePointCount(0, text.length()) * 6.8;
    }

    double x(double share) {
        return left + share * (right - left);
    }

    double y(double share) {
        return bottom - share * (bottom - top);
    }

    /** Horizontal line of the grid. */
    void across(Markup svg, double y, String kind) {
        line(svg, kind, left, y, right, y);
    }

    /** Vertical line of the grid. */
    void down(Markup svg, double x, String kind) {
        line(svg, kind, x, top, x, bottom);
    }

    private static void line(Markup svg, String kind, double x1, double y1, double x2, double y2) {
        svg.single("line", "class", kind, "x1", px(x1), "y1", px(y1), "x2", px(x2), "y2", px(y2));
    }

    /**
     * Text at a place.
     *
     * @param anchor start, middle or end: which part of the text is at x
     */
    static void text(Markup svg, String text, String anchor, double x, double y) {
        svg.leaf("text", text, "x", px(x), "y", px(y), "text-anchor", anchor);
    }

    /** A coordinate, to a tenth. */
    static String px(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    /** Opens the drawing; its name is what a screen reader says. */
    static void open(Markup svg, String name, double height) {
        svg.open(
                "svg",
                "viewBox",
                "0 0 " + WIDTH + " " + px(height),
                "role",
                "img",
                "aria-label",
                name,
                "xmlns",
                "http://www.w3.org/2000/svg");
    }
}
