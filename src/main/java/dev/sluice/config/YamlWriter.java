package dev.sluice.config;

import dev.sluice.core.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Writes a record of this package as the file that gives the same record when bound; what is left out is a default. */
final class YamlWriter {
    private static final Pattern BARE = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]*");
    private static final Pattern NULL = Pattern.compile("(?i)null");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{");
    private static final Pattern NOT_RUN = Pattern.compile("\\$\\{(?!run:interval\\.(from|to)})");

    private final StringBuilder out = new StringBuilder();

    private YamlWriter() {}

    static String text(Record value) {
        YamlWriter writer = new YamlWriter();
        writer.group(Shape.of(value.getClass()), value, "");
        return writer.out.isEmpty() ? "{}\n" : writer.out.toString();
    }

    private void group(Shape.Group group, Object value, String indent) {
        for (Shape.Field field : group.fields()) {
            Object part = field.get(value);
            if (!leftOut(field, part)) {
                key(field.key(), indent);
                value(field.shape(), part instanceof Optional<?> some ? some.orElseThrow() : part, indent);
            }
        }
    }

    private static boolean leftOut(Shape.Field field, Object part) {
        if (field.optional()) {
            return ((Optional<?>) part).isEmpty();
        }
        if (field.fallback().isPresent()) {
            return part.equals(Binder.fallback(field));
        }
        return part instanceof List<?> list ? list.isEmpty() : part instanceof Map<?, ?> map && map.isEmpty();
    }

    private void value(Shape shape, Object value, String indent) {
        if (shape instanceof Shape.Scalar scalar) {
            out.append(' ').append(scalar(scalar, value)).append('\n');
        } else if (shape instanceof Shape.Words words) {
            out.append(' ').append(words.word(value)).append('\n');
        } else if (shape instanceof Shape.ListOf list) {
            items(list, (List<?>) value, indent);
        } else if (shape instanceof Shape.MapOf map) {
            entries(map, (Map<?, ?>) value, indent);
        } else if (shape instanceof Shape.Choice choice) {
            String word = choice.word(value);
            out.append('\n');
            choice.key().ifPresent(key -> {
                key(key, indent + "  ");
                out.append(' ').append(word).append('\n');
            });
            group(choice.groups().get(word), value, indent + "  ");
        } else {
            int before = out.length();
            out.append('\n');
            group((Shape.Group) shape, value, indent + "  ");
            if (out.length() == before + 1) {
                out.setLength(before);
                out.append(" {}\n");
            }
        }
    }

    private void items(Shape.ListOf list, List<?> values, String indent) {
        if (list.oneOrMore() && values.size() == 1) {
            value(list.item(), values.get(0), indent);
            return;
        }
        out.append(values.isEmpty() ? " []\n" : "\n");
        for (Object value : values) {
            out.append(indent).append("  -");
            value(list.item(), value, indent + "  ");
        }
    }

    private void entries(Shape.MapOf map, Map<?, ?> values, String indent) {
        out.append(values.isEmpty() ? " {}\n" : "\n");
        values.forEach((key, value) -> {
            key(map.key().print().apply(key), indent + "  ");
            value(map.value(), value, indent + "  ");
        });
    }

    /** One entry of a mapping of names to values of a family. */
    static String entry(String name, Class<?> family, Object value, String indent) {
        YamlWriter writer = new YamlWriter();
        writer.key(name, indent);
        writer.value(Shape.choice(family), value, indent);
        return writer.out.toString();
    }

    private void key(String key, String indent) {
        out.append(indent).append(bare(key) ? key : Json.quote(key)).append(':');
    }

    private static String scalar(Shape.Scalar shape, Object value) {
        String text = shape.print().apply(value);
        if (shape.bare() || shape.type() == Secret.class || bare(text)) {
            return text;
        }
        Pattern escaped = shape.type() == Sql.class ? NOT_RUN : REFERENCE;
        return Json.quote(escaped.matcher(text).replaceAll("\\$\\${"));
    }

    private static boolean bare(String text) {
        return BARE.matcher(text).matches() && !NULL.matcher(text).matches();
    }
}
