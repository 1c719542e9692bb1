package dev.sluice.frame.records;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CSV as one would read it by regular expressions, a whole file at a time. Bytes are characters here, so that their places
 * are the same.
 */
final class ObviousCsv {
    private static final Pattern LINE = Pattern.compile("([^\\r\\n]*)(\\r\\n|\\r|\\n|\\z)");

    private final String file;
    private final Dialect dialect;
    private final int expected;

    private final Pattern field;
    private final Pattern record;
    private final Pattern open;
    private final Pattern before;

    /** A record: what it is made of, or null where it cannot be taken apart. */
    record Found(long offset, long line, String text, List<String> fields) {
        @Override
        public String toString() {
            return line + "@" + offset + " " + (fields == null ? "malformed " + text : fields);
        }
    }

    ObviousCsv(byte[] file, Dialect dialect, int expected) {
        this.file = new String(file, StandardCharsets.ISO_8859_1);
        this.dialect = dialect;
        this.expected = expected;
        String separator =
                new String(dialect.separator().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String cut = Pattern.quote(separator);
        String blanks = "(?:(?!" + cut + ")[ \\t])*+";
        boolean isQuoted = !dialect.quote().isEmpty();
        String quote = isQuoted ? Pattern.quote(dialect.quote()) : "(?!)";
        String other = isQuoted ? "(?:(?!" + quote + ").)" : ".";
        String inside = "(?:" + other + "|" + quote + quote + ")*+";
        String one = "(?:(?<quoted>" + quote + inside + quote + ")" + blanks + "(?=" + cut + "|\\z)|(?<plain>(?:(?!"
                + cut + ")" + other + ")*+)(?=" + cut + "|\\z))";
        String any = one.replace("?<quoted>", "").replace("?<plain>", "");
        this.field = Pattern.compile(one + "(?:" + cut + "|\\z)", Pattern.DOTALL);
        this.before = Pattern.compile("(?:" + any + cut + ")*+", Pattern.DOTALL);
        this.record = Pattern.compile(before.pattern() + any, Pattern.DOTALL);
        this.open = Pattern.compile(before.pattern() + quote + inside, Pattern.DOTALL);
    }

    private record Line(int begin, int end, int after) {}

    List<Found> read() {
        List<Line> lines = lines();
        boolean[] broken = new boolean[lines.size()];
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int first = i;
            Line line = lines.get(i);
            if (isBlank(text(line, line))) {
                continue;
            }
            int last = first;
            while (open.matcher(text(line, lines.get(last))).matches() && last + 1 < lines.size()) {
                last++;
            }
            String text = text(line, lines.get(last));
            List<String> fields = record.matcher(text).matches() ? fields(text) : null;
            if (!dialect.multiLine() && last > first) {
                if (fields != null && fields.size() == expected) {
                    for (int k = first; k <= last; k++) {
                        broken[k] = true;
                    }
                }
                fields = null;
                last = first;
            } else if (fields == null) {
                Matcher whole = before.matcher(text);
                whole.lookingAt();
                int fault = line.begin() + whole.end();
                last = first;
                while (lines.get(last).end() <= fault) {
                    last++;
                }
            }
            boolean isGood = fields != null && fields.size() == expected && !broken[first];
            found.add(new Found(line.begin(), first + 1L, text(line, lines.get(last)), isGood ? fields : null));
            i = last;
        }
        return found;
    }

    private List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        Matcher next = LINE.matcher(file);
        int at = 0;
        while (at < file.length() && next.find(at)) {
            lines.add(new Line(next.start(), next.end(1), next.end()));
            at = next.end();
        }
        return lines;
    }

    private String text(Line first, Line last) {
        return file.substring(first.begin(), last.end());
    }

    private boolean isBlank(String line) {
        return line.chars()
                .allMatch(
                        c -> (c == ' ' || c == '\t') && c != dialect.separator().charAt(0));
    }

    private List<String> fields(String text) {
        List<String> fields = new ArrayList<>();
        Matcher next = field.matcher(text);
        int at = 0;
        boolean isLast = false;
        while (!isLast) {
            if (!next.find(at) || next.start() != at) {
                throw new IllegalStateException("no field at " + at + " of " + text);
            }
            String quoted = next.group("quoted");
            String value = quoted == null
                    ? next.group("plain")
                    : quoted.substring(1, quoted.length() - 1)
                            .replace(dialect.quote() + dialect.quote(), dialect.quote());
            boolean isNull = (quoted == null && value.isEmpty()) || value.equals(dialect.nullValue());
            fields.add(isNull ? null : value);
            int end = quoted == null ? next.end("plain") : endOfBlanks(text, next.end("quoted"));
            isLast = end == text.length();
            at = next.end();
        }
        return fields;
    }

    /** Blanks after a closing quote are no part of the value. */
    private int endOfBlanks(String text, int from) {
        int end = from;
        while (end < text.length() && isBlank(text.substring(end, end + 1))) {
            end++;
        }
        return end;
    }
}
