package dev.sluice.config;

import dev.sluice.core.Location;
import dev.sluice.core.Secret;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes records of nodes and finds every problem on the way: a wrong part is told and left out, and the rest goes on. What
 * is left out of a list, a mapping or an optional key leaves the whole usable for further checks; a missing required key
 * does not.
 */
final class Binder {
    private final References references;
    private final ExpressionCheck expressions;
    private final Problems problems;
    private final Map<String, Location> places = new LinkedHashMap<>();
    private final List<Setting> settings = new ArrayList<>();
    private final Set<String> leftOut = new HashSet<>();

    Binder(References references, ExpressionCheck expressions, Problems problems) {
        this.references = references;
        this.expressions = expressions;
        this.problems = problems;
    }

    /** The place of each key the file has, by path. */
    Map<String, Location> places() {
        return Collections.unmodifiableMap(places);
    }

    /** Every final value, defaults too, in the order of the records. */
    List<Setting> settings() {
        return List.copyOf(settings);
    }

    /** Paths of the values that are wrong and are no part of the record. */
    Set<String> leftOut() {
        return Collections.unmodifiableSet(leftOut);
    }

    /** The record that a document says; empty when too much is wrong. */
    <T> Optional<T> bind(Class<T> type, Node root) {
        Location top = new Location(root.at().file(), 1, 1);
        return value(Shape.of(type), root, new Place("", top)).map(type::cast);
    }

    /** What a component is when its key is left out. */
    static Object fallback(Shape.Field field) {
        Node node = YamlReader.fallback(field.fallback().orElseThrow());
        return new Binder(References.none(), ExpressionCheck.ANYTHING, new Problems())
                .value(field.shape(), node, new Place(field.key(), node.at()))
                .orElseThrow();
    }

    private Optional<Object> value(Shape shape, Node node, Place place) {
        places.putIfAbsent(place.path(), place.at());
        Optional<Object> value = node instanceof Node.Refused ? Optional.empty() : known(shape, node, place);
        if (value.isEmpty()) {
            leftOut.add(place.path());
        }
        return value;
    }

    private Optional<Object> known(Shape shape, Node node, Place place) {
        if (shape instanceof Shape.Scalar scalar) {
            return scalar(scalar, node, place);
        }
        if (shape instanceof Shape.Words words) {
            return words(words, node, place);
        }
        if (shape instanceof Shape.ListOf list) {
            return list(list, node, place);
        }
        if (shape instanceof Shape.MapOf map) {
            return map(map, node, place);
        }
        if (shape instanceof Shape.Choice choice) {
            return choice(choice, node, place);
        }
        return group((Shape.Group) shape, node, place, Optional.empty());
    }

    private Optional<Object> group(Shape.Group group, Node node, Place place, Optional<String> chooser) {
        if (!(node instanceof Node.Keys keys)) {
            return wrong(node, place, group.expected());
        }
        boolean right = true;
        List<String> known = new ArrayList<>(group.keys());
        chooser.ifPresent(known::add);
        for (var entry : keys.entries().entrySet()) {
            if (!known.contains(entry.getKey())) {
                right = false;
                Place at = place.child(entry.getKey(), entry.getValue().at());
                problems.add(at.at(), at.path(), () -> "expected no such key" + Problem.nearest(entry.getKey(), known));
            }
        }
        List<Object> values = new ArrayList<>();
        boolean whole = true;
        for (Shape.Field field : group.fields()) {
            Optional<Object> value = field(field, keys, place);
            whole &= value.isPresent();
            right &= !(field.shape() instanceof Shape.Scalar)
                    || !leftOut.contains(Place.child(place.path(), field.key()));
            value.ifPresent(values::add);
        }
        if (!whole) {
            return Optional.empty();
        }
        try {
            return Optional.of(group.make(values));
        } catch (Invalid e) {
            // What is wrong already may well be why the whole makes no sense.
            Node.Entry entry = keys.entries().get(e.key());
            Place at = e.key().isEmpty() ? place : place.child(e.key(), entry == null ? place.at() : entry.at());
            if (right && !anyLeftOut(at.path())) {
                problems.add(at.at(), at.path(), e.getMessage());
            }
            return Optional.empty();
        }
    }

    private boolean anyLeftOut(String path) {
        return leftOut.stream().anyMatch(left -> left.equals(path) || left.startsWith(path + "/"));
    }

    /** The value of one component, an Optional included. */
    private Optional<Object> field(Shape.Field field, Node.Keys keys, Place place) {
        Node.Entry entry = keys.entries().get(field.key());
        Optional<Object> value = Optional.empty();
        if (entry != null) {
            value = value(field.shape(), entry.value(), place.child(field.key(), entry.at()));
        } else if (field.required()) {
            Place at = place.child(field.key(), place.at());
            problems.add(
                    at.at(), at.path(), "expected " + field.shape().expected() + ", found no such key: " + field.doc());
        }
        if (field.optional()) {
            return Optional.of(value);
        }
        if (value.isEmpty() && field.fallback().isPresent()) {
            return value(
                    field.shape(), YamlReader.fallback(field.fallback().get()), place.child(field.key(), place.at()));
        }
        if (value.isEmpty() && field.shape() instanceof Shape.ListOf list && !list.oneOrMore()) {
            return Optional.of(List.of());
        }
        return value.isEmpty() && field.shape() instanceof Shape.MapOf ? Optional.of(Map.of()) : value;
    }

    private Optional<Object> choice(Shape.Choice choice, Node node, Place place) {
        if (!(node instanceof Node.Keys keys)) {
            return wrong(node, place, choice.expected());
        }
        return choice.key().isPresent() ? byWord(choice, keys, place) : byFirstKey(choice, keys, place);
    }

    private Optional<Object> byWord(Shape.Choice choice, Node.Keys keys, Place place) {
        String key = choice.key().orElseThrow();
        Node.Entry entry = keys.entries().get(key);
        if (entry == null) {
            problems.add(place.at(), place.path(), "expected " + choice.expected() + ", found " + names(keys));
            return Optional.empty();
        }
        Map<String, Object> words = Collections.unmodifiableMap(new LinkedHashMap<>(choice.groups()));
        return value(new Shape.Words(words), entry.value(), place.child(key, entry.at()))
                .flatMap(group -> group((Shape.Group) group, keys, place, choice.key()));
    }

    private Optional<Object> byFirstKey(Shape.Choice choice, Node.Keys keys, Place place) {
        List<String> found = choice.groups().keySet().stream()
                .filter(keys.entries()::containsKey)
                .toList();
        if (found.size() == 1) {
            return group(choice.groups().get(found.get(0)), keys, place, Optional.empty());
        }
        String what = names(keys);
        String near = keys.entries().keySet().stream()
                .filter(key -> found.isEmpty())
                .map(key -> Problem.near(key, choice.groups().keySet()))
                .filter(hint -> !hint.isEmpty())
                .findFirst()
                .orElse("");
        problems.add(place.at(), place.path(), "expected " + choice.expected() + ", found " + what + near);
        return Optional.empty();
    }

    private static String names(Node.Keys keys) {
        return keys.entries().isEmpty()
                ? "none"
                : String.join(", ", keys.entries().keySet());
    }

    private Optional<Object> list(Shape.ListOf list, Node node, Place place) {
        if (list.oneOrMore() && node instanceof Node.Scalar) {
            return value(list.item(), node, place).map(List::of);
        }
        if (!(node instanceof Node.Items items)) {
            return wrong(node, place, list.expected());
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < items.items().size(); i++) {
            Node item = items.items().get(i);
            value(list.item(), item, place.child(Integer.toString(i), item.at()))
                    .ifPresent(values::add);
        }
        return Optional.of(Collections.unmodifiableList(values));
    }

    private Optional<Object> map(Shape.MapOf map, Node node, Place place) {
        if (!(node instanceof Node.Keys keys)) {
            return wrong(node, place, map.expected());
        }
        Map<Object, Object> values = new LinkedHashMap<>();
        keys.entries().forEach((key, entry) -> {
            Place at = place.child(key, entry.at());
            Optional<Object> name = parse(map.key(), key, entry.at(), at);
            Optional<Object> value = value(map.value(), entry.value(), at);
            if (name.isPresent() && value.isPresent()) {
                values.put(name.get(), value.get());
            }
        });
        return Optional.of(Collections.unmodifiableMap(values));
    }

    private Optional<Object> words(Shape.Words words, Node node, Place place) {
        if (!(node instanceof Node.Scalar scalar)) {
            return wrong(node, place, words.expected());
        }
        Optional<References.Value> value = follow(scalar, References.Use.TEXT, place);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        String word = value.get().text();
        if (!words.words().containsKey(word)) {
            problems.add(
                    scalar.at(),
                    place.path(),
                    () -> "expected " + words.expected() + ", found "
                            + (scalar.isNull() ? "nothing (null)" : Problem.quoted(word))
                            + Problem.near(word, words.words().keySet()));
            return Optional.empty();
        }
        settings.add(new Setting(place.path(), word, value.get().origin()));
        return Optional.of(words.words().get(word));
    }

    private Optional<Object> scalar(Shape.Scalar shape, Node node, Place place) {
        if (!(node instanceof Node.Scalar scalar) || scalar.isNull()) {
            return wrong(node, place, shape.expected());
        }
        Optional<References.Value> followed = follow(scalar, use(shape, place), place);
        if (followed.isEmpty()) {
            return Optional.empty();
        }
        References.Value value = followed.get();
        Optional<Object> made;
        if (value.secret().isPresent()) {
            made = Optional.of(value.secret().get());
        } else if (shape.bare() && !value.plain()) {
            problems.add(
                    scalar.at(),
                    place.path(),
                    "expected " + shape.expected() + ", found the text " + Problem.quoted(value.text())
                            + "; leave the quotes out");
            return Optional.empty();
        } else {
            made = parse(shape, value.text(), scalar.at(), place);
        }
        if (made.isPresent()) {
            settings.add(new Setting(place.path(), value.text(), value.origin()));
        }
        if (made.isPresent() && shape.type() == Sql.class) {
            check((Sql) made.get(), scalar, value, place);
        }
        return made;
    }

    private Optional<Object> parse(Shape.Scalar shape, String text, Location at, Place place) {
        try {
            return Optional.of(shape.parse().apply(text));
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            problems.add(
                    at,
                    place.path(),
                    () -> "expected " + shape.expected() + ", found " + Problem.quoted(text)
                            + Problem.near(text, shape.words()));
            return Optional.empty();
        }
    }

    private void check(Sql sql, Node.Scalar scalar, References.Value value, Place place) {
        for (ExpressionCheck.Flaw flaw : expressions.read(anyInterval(sql)).flaws()) {
            boolean exact = value.column() > 0;
            Location at = exact
                    ? new Location(scalar.at().file(), scalar.at().line(), value.column() + flaw.offset())
                    : scalar.at();
            problems.add(
                    at,
                    place.path(),
                    flaw.message()
                            + (exact
                                    ? ""
                                    : ", at character " + (flaw.offset() + 1) + " of " + Problem.quoted(sql.text())));
        }
    }

    /** As long as the expression, so that characters keep their places. */
    static String anyInterval(Sql sql) {
        return sql.text()
                .replace("${run:interval.from}", "date'2000-01-01'    ")
                .replace("${run:interval.to}", "date'2000-01-01'  ");
    }

    private Optional<References.Value> follow(Node.Scalar scalar, References.Use use, Place place) {
        return references.follow(scalar, use, message -> problems.add(scalar.at(), place.path(), message));
    }

    private static References.Use use(Shape.Scalar shape, Place place) {
        if (place.path().startsWith("vars/") || place.path().startsWith("params/")) {
            return References.Use.CONSTANT;
        }
        if (shape.type() == Secret.class) {
            return References.Use.SECRET;
        }
        return shape.type() == Sql.class ? References.Use.SQL : References.Use.TEXT;
    }

    /** A node of another kind: a scalar is shown at its own place, the others begin on a line of their own. */
    private Optional<Object> wrong(Node node, Place place, String expected) {
        Location at = node instanceof Node.Scalar ? node.at() : place.at();
        problems.add(at, place.path(), "expected " + expected + ", found " + Place.kind(node));
        return Optional.empty();
    }
}
