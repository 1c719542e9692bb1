package dev.sluice.adapter.report;

import java.util.Set;

/** HTML or SVG under construction. All text and all attribute values are escaped here; there is no way around. */
final class Markup {
    /** Elements that stand in a line of text; a new line begins after any other. */
    private static final Set<String> INLINE = Set.of("a", "span", "svg");

    private final StringBuilder out = new StringBuilder(16_384);

    /** Opens an element; attributes are name, value, name, value. */
    Markup open(String tag, String... attributes) {
        start(tag, attributes).append('>');
        return this;
    }

    Markup close(String tag) {
        out.append("</").append(tag).append('>');
        if (!INLINE.contains(tag)) {
            out.append('\n');
        }
        return this;
    }

    /** An element that holds nothing. */
    Markup single(String tag, String... attributes) {
        start(tag, attributes).append("/>");
        return this;
    }

    /** An element that holds text alone. */
    Markup leaf(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close(tag);
    }

    Markup text(String text) {
        escape(text);
        return this;
    }

    /** A style element. The sheet is ours; one that could close its element is refused. */
    Markup style(String sheet) {
        if (sheet.contains("</")) {
            throw new IllegalArgumentException("a style sheet holds no closing tag");
        }
        out.append("<style>\n").append(sheet).append("</style>\n");
        return this;
    }

    /** What was written so far. */
    @Override
    public String toString() {
        return out.toString();
    }

    private StringBuilder start(String tag, String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
        return out;
    }

    private void escape(String text) {
        text.codePoints().forEach(this::escape);
    }

    private void escape(int c) {
        switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            case '\t', '\n' -> out.append((char) c);
            default -> out.appendCodePoint(visible(c));
        }
    }

    /**
     * What a document may not hold, or what would hide or reorder the text around it, becomes a sign that a reader can see:
     * control characters their pictures, the rest the replacement character.
     */
    private static int visible(int c) {
        if (c < 0x20) {
            return 0x2400 + c;
        }
        if (c == 0x7f) {
            return 0x2421;
        }
        boolean reorders = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
        boolean forbidden = (c >= 0x80 && c <= 0x9f) || (c >= 0xd800 && c <= 0xdfff) || (c & 0xfffe) == 0xfffe;
        return reorders || forbidden ? 0xfffd : c;
    }
}
