package dev.sluice.config;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The reference of the pipeline language as Markdown, made from the records that bind it. */
public final class ReferenceWriter {
    private static final String HEAD =
            """
            <!-- Generated from the records of dev.sluice.config; WrittenFilesTest says how to write it anew. -->
            # Pipeline reference

            One pipeline is one YAML 1.2 file. Unknown keys, wrong types, names that lead nowhere and expressions that may not
            be used are refused before Spark starts: all at once, each with its place, exit code 78. There are no tags, anchors
            or aliases. `sluice schema` writes the JSON Schema of this page, for editors.

            **Layers.** The file, then an environment overlay that may set `vars`, `connections` and `spark` alone (mappings are
            merged key by key, everything else is replaced), then `--var NAME=VALUE` and `--param NAME=VALUE`.
            `sluice show config` shows every final value with its origin.

            **References** stand for a value, or for a part of a text; they are followed once and never nested. `$${` is a plain
            `${`.

            | reference | stands for |
            |---|---|
            | `${var:NAME}` | a constant of `vars` |
            | `${param:NAME}` | an input of the run, declared in `params` |
            | `${env:NAME}` | an environment variable; refused where it is unset or named like a secret |
            | `${secret:env/NAME}`, `${secret:file/PATH}` | a secret: only as the whole value of a key of type secret; never shown |
            | `${run:interval.from}`, `${run:interval.to}` | the ends of the run's interval, in Spark SQL alone |

            **Types.** A *duration* is written `2d`, `48h`, `1h 30m` or `30s`. *Spark SQL* is one expression over the columns of
            one row: operators and deterministic built-in functions, no subqueries; aggregates in
            `features.windows` alone. A mapping or list that is left out is empty.
            """;

    private final StringBuilder out = new StringBuilder(HEAD);
    private final Map<Class<?>, String> titles = new LinkedHashMap<>();
    private final Deque<Map.Entry<String, Shape>> waiting = new ArrayDeque<>();

    private ReferenceWriter() {}

    /** The whole page. */
    public static String text() {
        ReferenceWriter writer = new ReferenceWriter();
        writer.announce("The file", Shape.of(Pipeline.class));
        while (!writer.waiting.isEmpty()) {
            Map.Entry<String, Shape> next = writer.waiting.pop();
            writer.section(next.getKey(), next.getValue());
        }
        return writer.out.toString();
    }

    private void section(String title, Shape shape) {
        out.append("\n## ").append(title).append("\n\n");
        if (shape instanceof Shape.Group group) {
            out.append(group.doc()).append('\n');
            table(title, group);
            return;
        }
        Shape.Choice choice = (Shape.Choice) shape;
        out.append(choice.doc()).append(' ');
        out.append(choice.key()
                        .map(key -> "The key `" + key + "` chooses.")
                        .orElse("The first key of the table chooses."))
                .append('\n');
        choice.groups().forEach((word, group) -> {
            out.append("\n**`")
                    .append(choice.key().map(key -> key + ": ").orElse(""))
                    .append(word)
                    .append("`** ");
            out.append(group.doc()).append('\n');
            table(title + "." + word, group);
        });
    }

    private void table(String title, Shape.Group group) {
        if (group.fields().isEmpty()) {
            return;
        }
        String path = title.equals("The file") ? "" : title + ".";
        out.append("\n| key | type | when left out | meaning |\n|---|---|---|---|\n");
        Deque<Map.Entry<String, Shape>> below = new ArrayDeque<>();
        for (Shape.Field field : group.fields()) {
            String type = type(path + field.key(), field.shape(), below);
            out.append("| `").append(field.key()).append("` | ").append(type);
            out.append(" | ")
                    .append(absent(field))
                    .append(" | ")
                    .append(cell(field.doc()))
                    .append(" |\n");
        }
        below.descendingIterator().forEachRemaining(waiting::push);
    }

    private String type(String path, Shape shape, Deque<Map.Entry<String, Shape>> below) {
        if (shape instanceof Shape.Scalar scalar) {
            return scalar.word();
        }
        if (shape instanceof Shape.Words words) {
            return "`" + String.join("`, `", words.words().keySet()) + "`";
        }
        if (shape instanceof Shape.ListOf list) {
            String item = type(path, list.item(), below);
            return (list.oneOrMore() ? item + ", or " : "") + "list of " + item;
        }
        if (shape instanceof Shape.MapOf map) {
            String key = map.key().type() == String.class ? "NAME" : "TABLE";
            return key + ": " + type(path + "." + key, map.value(), below);
        }
        Class<?> type = shape instanceof Shape.Group group ? group.type() : ((Shape.Choice) shape).type();
        if (!titles.containsKey(type)) {
            titles.put(type, path);
            below.add(Map.entry(path, shape));
        }
        return link(titles.get(type));
    }

    private void announce(String title, Shape.Group group) {
        titles.put(group.type(), title);
        waiting.push(Map.entry(title, group));
    }

    private static String absent(Shape.Field field) {
        Optional<String> fallback = field.fallback();
        if (fallback.isPresent()) {
            return fallback.get().equals("{}") ? "the defaults of its keys" : "`" + cell(fallback.get()) + "`";
        }
        return field.required() ? "**required**" : field.optional() ? "none" : "empty";
    }

    private static String link(String title) {
        return "[" + title + "](#" + title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "") + ")";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
