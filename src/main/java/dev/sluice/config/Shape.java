package dev.sluice.config;

import dev.sluice.core.Secret;
import dev.sluice.core.TableName;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a value of the language may look like: the records of this package, read once by reflection. The binder, the
 * renderer, the JSON Schema and the reference all follow it, so that they cannot differ.
 */
sealed interface Shape {

    /** What is expected, for a person: {@code a duration such as 2d 12h}. */
    String expected();

    /**
     * A value written as one YAML scalar.
     *
     * @param word one word for it, in the schema and the reference
     * @param bare quotes would make it another type
     * @param pattern regular expression of the text, for the schema; empty where any text does
     * @param parse throws an IllegalArgumentException or DateTimeException for a wrong text
     */
    record Scalar(
            Class<?> type,
            String word,
            String expected,
            boolean bare,
            String pattern,
            Function<String, Object> parse,
            Function<Object, String> print)
            implements Shape {
        /** What a wrong text may have meant. */
        Collection<String> words() {
            if (type == ZoneId.class) {
                return ZoneId.getAvailableZoneIds();
            }
            return type == ColumnType.class ? ColumnType.NAMES : List.of();
        }
    }

    /** One of a few words. */
    record Words(Map<String, Object> words) implements Shape {
        @Override
        public String expected() {
            return "one of " + String.join(", ", words.keySet());
        }

        String word(Object value) {
            return words.entrySet().stream()
                    .filter(e -> e.getValue().equals(value))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * A list.
     *
     * @param oneOrMore a file must have it, and an only item may stand there without brackets
     */
    record ListOf(Shape item, boolean oneOrMore) implements Shape {
        @Override
        public String expected() {
            return oneOrMore ? item.expected() + ", or a list of such" : "a list";
        }
    }

    /** A mapping from names to values. */
    record MapOf(Scalar key, Shape value) implements Shape {
        @Override
        public String expected() {
            return "a mapping of names";
        }
    }

    /** A record: a mapping with known keys. */
    record Group(Class<?> type, String doc, List<Field> fields) implements Shape {
        @Override
        public String expected() {
            return fields.isEmpty() ? "an empty mapping" : "a mapping with the keys " + String.join(", ", keys());
        }

        List<String> keys() {
            return fields.stream().map(Field::key).toList();
        }

        /** The record of these values, in the order of the fields. */
        Object make(List<Object> values) {
            try {
                Class<?>[] types = new Class<?>[fields.size()];
                for (int i = 0; i < types.length; i++) {
                    types[i] = fields.get(i).component().getType();
                }
                Constructor<?> constructor = type.getDeclaredConstructor(types);
                return constructor.newInstance(values.toArray());
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof Invalid invalid) {
                    throw invalid;
                }
                throw new IllegalStateException(type + " threw something else than Invalid", e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(type + " has no usable constructor", e);
            }
        }
    }

    /** A sealed family of records: chosen by a key's value, or by the first key of each. */
    record Choice(Class<?> type, String doc, Optional<String> key, Map<String, Group> groups) implements Shape {
        @Override
        public String expected() {
            return key.map(k -> "a mapping with the key " + k + " (" + String.join(", ", groups.keySet()) + ")")
                    .orElse("a mapping with one of the keys " + String.join(", ", groups.keySet()));
        }

        /** The word that chooses the record of a value. */
        String word(Object value) {
            return groups.entrySet().stream()
                    .filter(e -> e.getValue().type() == value.getClass())
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * A component of a record.
     *
     * @param optional the component is an Optional of the shape
     * @param fallback what the file means that leaves the key out
     */
    record Field(
            RecordComponent component,
            String key,
            String doc,
            Shape shape,
            boolean optional,
            Optional<String> fallback) {
        /** Whether a file must have the key. */
        boolean required() {
            boolean mayBeEmpty = shape instanceof MapOf || (shape instanceof ListOf list && !list.oneOrMore());
            return !optional && fallback.isEmpty() && !mayBeEmpty;
        }

        Object get(Object record) {
            try {
                Method accessor = component.getAccessor();
                return accessor.invoke(record);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(component + " cannot be read", e);
            }
        }
    }

    /** The shape of a record of this package. */
    static Group of(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            fields.add(field(component));
        }
        return new Group(type, doc(type), List.copyOf(fields));
    }

    private static Field field(RecordComponent component) {
        Type type = component.getGenericType();
        boolean optional = component.getType() == Optional.class;
        Doc doc = component.getAnnotation(Doc.class);
        if (doc == null) {
            throw new IllegalStateException(component + " of " + component.getDeclaringRecord() + " has no @Doc");
        }
        Name name = component.getAnnotation(Name.class);
        Default fallback = component.getAnnotation(Default.class);
        Shape shape = shape(optional ? argument(type, 0) : type);
        boolean oneOrMore = component.isAnnotationPresent(OneOrMore.class);
        return new Field(
                component,
                name == null ? component.getName() : name.value(),
                doc.value(),
                oneOrMore ? new ListOf(((ListOf) shape).item(), true) : shape,
                optional,
                Optional.ofNullable(fallback).map(Default::value));
    }

    private static Shape shape(Type type) {
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == List.class) {
                return new ListOf(shape(argument(type, 0)), false);
            }
            if (generic.getRawType() == Map.class) {
                return new MapOf(Scalars.of((Class<?>) argument(type, 0)), shape(argument(type, 1)));
            }
            throw new IllegalStateException("no shape for " + type);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord() && !Scalars.knows(plain)) {
            return of(plain);
        }
        if (plain.isEnum()) {
            return words(plain);
        }
        return plain.isSealed() ? choice(plain) : Scalars.of(plain);
    }

    private static Words words(Class<?> type) {
        Map<String, Object> words = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            String word = constant instanceof Metric metric
                    ? metric.word()
                    : ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
            words.put(word, constant);
        }
        return new Words(Collections.unmodifiableMap(words));
    }

    static Choice choice(Class<?> type) {
        String key = type.getAnnotation(Family.class).key();
        Map<String, Group> groups = new LinkedHashMap<>();
        for (Class<?> member : records(type).toList()) {
            Group group = of(member);
            groups.put(
                    key.isEmpty()
                            ? group.keys().get(0)
                            : member.getAnnotation(Name.class).value(),
                    group);
        }
        return new Choice(
                type, doc(type), Optional.of(key).filter(k -> !k.isEmpty()), Collections.unmodifiableMap(groups));
    }

    /** The records of a family, those of families within it included. */
    private static Stream<Class<?>> records(Class<?> family) {
        return Stream.of(family.getPermittedSubclasses())
                .flatMap(member -> member.isSealed() ? records(member) : Stream.of(member));
    }

    private static String doc(Class<?> type) {
        return type.getAnnotation(Doc.class).value();
    }

    private static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }

    /** The values that are one YAML scalar. */
    final class Scalars {
        private static final Map<Class<?>, Scalar> ALL = new LinkedHashMap<>();

        static {
            put(String.class, "text", "a text", false, "", s -> s, Object::toString);
            put(boolean.class, "true or false", "true or false", true, "", Scalars::bool, Object::toString);
            put(int.class, "whole number", "a whole number", true, "", Scalars::integer, Object::toString);
            put(long.class, "whole number", "a whole number", true, "", Scalars::whole, Object::toString);
            put(double.class, "number", "a number", true, "", Scalars::number, Object::toString);
            put(
                    Duration.class,
                    "duration",
                    "a duration such as 7d, 48h or 1h 30m",
                    false,
                    Durations.PATTERN,
                    Durations::parse,
                    d -> Durations.print((Duration) d));
            put(
                    LocalDate.class,
                    "date",
                    "a date such as 2013-01-31",
                    false,
                    "\\d{4}-\\d{2}-\\d{2}",
                    LocalDate::parse,
                    Object::toString);
            put(
                    ZoneId.class,
                    "time zone",
                    "a time zone such as America/New_York",
                    false,
                    "",
                    ZoneId::of,
                    Object::toString);
            put(
                    TableName.class,
                    "table name",
                    "a table name: one to three words of letters, digits and _ joined by dots",
                    false,
                    "[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*){0,2}",
                    TableName::new,
                    Object::toString);
            put(
                    ColumnType.class,
                    "column type",
                    "a type: string, boolean, int, long, float, double, \"decimal(precision,scale)\", date, timestamp or"
                            + " binary",
                    false,
                    ColumnType.PATTERN,
                    ColumnType::new,
                    Object::toString);
            put(Sql.class, "Spark SQL", "a Spark SQL expression", false, "", Sql::new, Object::toString);
            put(
                    Secret.class,
                    "secret",
                    "${secret:env/NAME} or ${secret:file/PATH}",
                    false,
                    "\\$\\{secret:(env|file)/[^${}]+\\}",
                    s -> {
                        throw new IllegalArgumentException("a secret comes by reference alone");
                    },
                    s -> "${secret:" + ((Secret) s).origin() + "}");
        }

        private Scalars() {}

        private static void put(
                Class<?> type,
                String word,
                String expected,
                boolean bare,
                String pattern,
                Function<String, Object> parse,
                Function<Object, String> print) {
            ALL.put(type, new Scalar(type, word, expected, bare, pattern, parse, print));
        }

        static boolean knows(Class<?> type) {
            return ALL.containsKey(type);
        }

        static Scalar of(Class<?> type) {
            Class<?> plain = type == Double.class
                    ? double.class
                    : type == Long.class ? long.class : type == Integer.class ? int.class : type;
            Scalar scalar = ALL.get(plain);
            if (scalar == null) {
                throw new IllegalStateException("no shape for " + type);
            }
            return scalar;
        }

        private static Object bool(String text) {
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException(text);
            }
            return text.equals("true");
        }

        private static Object integer(String text) {
            return Math.toIntExact((Long) whole(text));
        }

        private static Object whole(String text) {
            if (!text.matches("[-+]?(0|[1-9]\\d{0,18})")) {
                throw new IllegalArgumentException(text);
            }
            return Long.parseLong(text);
        }

        private static Object number(String text) {
            if (!text.matches("[-+]?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?") || text.length() > 40) {
                throw new IllegalArgumentException(text);
            }
            double value = Double.parseDouble(text);
            if (Double.isInfinite(value)) {
                throw new IllegalArgumentException(text);
            }
            return value;
        }
    }
}
