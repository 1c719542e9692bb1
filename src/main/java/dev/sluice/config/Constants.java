package dev.sluice.config;

import dev.sluice.core.Location;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code ${var:NAME}} and {@code ${param:NAME}} stand for, read before everything else.
 *
 * @param vars after the overlay and {@code --var}
 * @param params the defaults, after {@code --param}
 */
record Constants(Map<String, Constant> vars, Map<String, Constant> params) {

    /** A value and where it came from. */
    record Constant(String text, String origin) {
        /** Stands for a value that is wrong, and told: following it tells nothing more. */
        static final Constant WRONG = new Constant("", "");
    }

    /** The two sections of a pipeline file. */
    @Doc("What references name.")
    record Sections(
            @Doc("Inputs of a run.") Map<String, Pipeline.Param> params, @Doc("Constants.") Map<String, String> vars) {}

    /** The tree with the values of {@code --var} in it. */
    static Node.Keys override(Node.Keys tree, Map<String, String> given, Problems problems) {
        Map<String, Node.Entry> declared = section(tree, "vars");
        Node.Keys vars = new Node.Keys(tree.at(), declared);
        for (var value : given.entrySet()) {
            String name = value.getKey();
            if (declared.containsKey(name)) {
                Node.Entry entry = declared.get(name);
                vars = vars.with(
                        name,
                        new Node.Entry(
                                entry.at(),
                                new Node.Scalar(entry.value().at(), value.getValue(), false, 0, "--var " + name)));
            } else {
                unknown(tree, "vars", "--var", name, declared.keySet(), problems);
            }
        }
        return declared.isEmpty()
                ? tree
                : tree.with("vars", new Node.Entry(tree.entries().get("vars").at(), vars));
    }

    /** The constants of a tree. What is wrong in its sections is left to whoever binds the whole tree. */
    static Constants of(Node.Keys tree, Map<String, String> given, Problems problems) {
        Map<String, Constant> vars = new LinkedHashMap<>();
        section(tree, "vars").keySet().forEach(name -> vars.put(name, Constant.WRONG));
        Map<String, Constant> params = new LinkedHashMap<>();
        section(tree, "params").keySet().forEach(name -> params.put(name, Constant.WRONG));

        Binder binder = new Binder(References.none(), ExpressionCheck.ANYTHING, new Problems());
        Sections sections = binder.bind(Sections.class, sectionsAlone(tree)).orElseThrow();
        Map<String, String> origins = new LinkedHashMap<>();
        binder.settings().forEach(setting -> origins.put(setting.path(), setting.origin()));

        sections.vars().forEach((name, value) -> vars.put(name, new Constant(value, origins.get("vars/" + name))));
        sections.params().forEach((name, param) -> {
            if (binder.leftOut().contains("params/" + name + "/default")) {
                return;
            }
            Optional<String> value = Optional.ofNullable(given.get(name));
            Optional<String> wrong = value.isEmpty() && param.fallback().isEmpty()
                    ? Optional.of("expected a value, found none: give --param " + name + "=VALUE, or a default")
                    : value.flatMap(param::wrong).map(message -> message + " (--param " + name + ")");
            if (wrong.isPresent()) {
                problems.add(section(tree, "params").get(name).at(), "params/" + name, wrong.get());
            } else {
                params.put(
                        name,
                        value.map(text -> new Constant(text, "--param " + name))
                                .or(() -> param.fallback()
                                        .map(text -> new Constant(text, origins.get("params/" + name + "/default"))))
                                .orElseThrow());
            }
        });
        given.keySet().stream()
                .filter(name -> !params.containsKey(name))
                .forEach(name -> unknown(tree, "params", "--param", name, params.keySet(), problems));
        return new Constants(vars, params);
    }

    private static void unknown(
            Node.Keys tree, String section, String option, String name, Set<String> known, Problems problems) {
        Location at = tree.entries().containsKey(section)
                ? tree.entries().get(section).at()
                : new Location(tree.at().file(), 1, 1);
        problems.add(
                at,
                section,
                "expected one of the pipeline's " + section + ", found " + option + " " + name
                        + Problem.nearest(name, known));
    }

    private static Map<String, Node.Entry> section(Node.Keys tree, String name) {
        Node.Entry entry = tree.entries().get(name);
        return entry != null && entry.value() instanceof Node.Keys keys ? keys.entries() : Map.of();
    }

    private static Node.Keys sectionsAlone(Node.Keys tree) {
        Map<String, Node.Entry> both = new LinkedHashMap<>();
        for (String name : List.of("params", "vars")) {
            if (tree.entries().containsKey(name)) {
                both.put(name, tree.entries().get(name));
            }
        }
        return new Node.Keys(tree.at(), both);
    }
}
