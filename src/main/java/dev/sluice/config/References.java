package dev.sluice.config;

import dev.sluice.config.Constants.Constant;
import dev.sluice.core.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Follows references to vars, params, the environment, secrets and the run, once and never deeper: what a reference
 * stands for is text, whatever it looks like. Two dollars before a bracket stand for one, without reference.
 */
final class References {
    private static final List<String> KINDS = List.of("var", "param", "env", "secret", "run");
    private static final List<String> RUN = List.of("interval.from", "interval.to");
    private static final Pattern CREDENTIAL =
            Pattern.compile("(?i).*(secret|passw|pwd|token|credential|api_?key|access_?key|private_?key).*");
    private static final int MOST_SECRET_BYTES = 1 << 16;

    private final Constants constants;
    private final Function<String, String> environment;
    private final Path folder;
    private final Set<String> used = new LinkedHashSet<>();

    /**
     * Knows what references may name.
     *
     * @param environment answers null for an unset variable
     * @param folder what files of secrets are relative to
     */
    References(Constants constants, Function<String, String> environment, Path folder) {
        this.constants = constants;
        this.environment = environment;
        this.folder = folder;
    }

    /** Follows nothing: for files that have no references. */
    static References none() {
        return new References(new Constants(Map.of(), Map.of()), name -> null, Path.of(""));
    }

    /** What the place of a value takes. */
    enum Use {
        /** A var or param: no reference at all. */
        CONSTANT,
        TEXT,
        /** Also the run's interval. */
        SQL,
        /** A reference to a secret, and nothing else. */
        SECRET
    }

    /**
     * A scalar without references.
     *
     * @param plain may mean a number, true or false
     * @param column as the node's, 0 when a reference was followed
     */
    record Value(String text, boolean plain, int column, String origin, Optional<Secret> secret) {}

    /** The vars that were followed by now. */
    Set<String> used() {
        return used;
    }

    /** The value of a scalar; empty after telling the problems. */
    Optional<Value> follow(Node.Scalar scalar, Use use, Consumer<String> problem) {
        if (use == Use.SECRET) {
            return secret(scalar, problem);
        }
        String text = scalar.text();
        StringBuilder out = new StringBuilder();
        List<String> origins = new ArrayList<>(List.of(scalar.origin()));
        boolean right = true;
        int done = 0;
        for (int start = text.indexOf("${"); start >= 0; start = text.indexOf("${", done)) {
            if (start > done && text.charAt(start - 1) == '$') {
                out.append(text, done, start - 1).append("${");
                done = start + 2;
                continue;
            }
            int end = text.indexOf('}', start);
            if (end < 0) {
                problem.accept("expected } at the end of a reference, found " + Problem.quoted(text.substring(start))
                        + "; a plain ${ is written $${");
                return Optional.empty();
            }
            String reference = text.substring(start + 2, end);
            Optional<Constant> target = target(reference, use, problem);
            right &= target.isPresent();
            out.append(text, done, start);
            target.ifPresent(t -> {
                out.append(t.text());
                if (!t.origin().isEmpty()) {
                    origins.add("${" + reference + "} " + t.origin());
                }
            });
            done = end + 1;
        }
        out.append(text, done, text.length());
        if (!right) {
            return Optional.empty();
        }
        boolean same = out.toString().equals(text);
        return Optional.of(new Value(
                out.toString(),
                scalar.plain() || !same,
                same ? scalar.column() : 0,
                String.join(", ", origins),
                Optional.empty()));
    }

    private Optional<Constant> target(String reference, Use use, Consumer<String> problem) {
        if (reference.contains("${")) {
            problem.accept("expected a name in a reference, found another reference: they are never nested");
            return Optional.empty();
        }
        if (use == Use.CONSTANT) {
            problem.accept("expected a constant, found the reference ${" + reference
                    + "}: vars and params are constants, use the reference where the value is needed");
            return Optional.empty();
        }
        int colon = reference.indexOf(':');
        String kind = colon < 0 ? reference : reference.substring(0, colon);
        String name = reference.substring(colon + 1);
        if (colon < 0 || !KINDS.contains(kind)) {
            problem.accept("expected a reference such as ${var:NAME}, found " + Problem.quoted("${" + reference + "}")
                    + Problem.nearest(kind, KINDS));
            return Optional.empty();
        }
        if (kind.equals("secret")) {
            problem.accept("expected no secret here: a secret is allowed only as the whole value of a key that holds"
                    + " secrets, such as token");
            return Optional.empty();
        }
        if (kind.equals("run")) {
            return run(name, use, problem);
        }
        if (kind.equals("env")) {
            return variable(name, problem);
        }
        Map<String, Constant> known = kind.equals("var") ? constants.vars() : constants.params();
        Constant constant = known.get(name);
        if (Constant.WRONG.equals(constant)) {
            return Optional.empty();
        }
        if (constant == null) {
            problem.accept("expected a " + kind + " of this pipeline, found " + Problem.quoted(name)
                    + Problem.nearest(name, known.keySet()));
        } else if (kind.equals("var")) {
            used.add(name);
        }
        return Optional.ofNullable(constant);
    }

    private static Optional<Constant> run(String name, Use use, Consumer<String> problem) {
        if (!RUN.contains(name)) {
            problem.accept("expected a value of the run, found " + Problem.quoted(name) + Problem.nearest(name, RUN));
            return Optional.empty();
        }
        if (use != Use.SQL) {
            problem.accept("expected no ${run:" + name + "} here: the run's interval is known to Spark SQL alone");
            return Optional.empty();
        }
        return Optional.of(new Constant("${run:" + name + "}", ""));
    }

    private Optional<Constant> variable(String name, Consumer<String> problem) {
        if (CREDENTIAL.matcher(name).matches()) {
            problem.accept("expected ${secret:env/" + name + "}, found ${env:" + name
                    + "}: it is named like a secret, and would be printed");
            return Optional.empty();
        }
        String value = environment.apply(name);
        if (value == null) {
            problem.accept("expected the environment variable " + name + ", found it unset");
            return Optional.empty();
        }
        return Optional.of(new Constant(value, "environment"));
    }

    private Optional<Value> secret(Node.Scalar scalar, Consumer<String> problem) {
        String text = scalar.text();
        boolean whole = text.startsWith("${secret:") && text.indexOf('}') == text.length() - 1;
        String name = whole ? text.substring("${secret:".length(), text.length() - 1) : "";
        Optional<String> value;
        if (name.startsWith("env/")) {
            value = Optional.ofNullable(environment.apply(name.substring("env/".length())));
        } else if (name.startsWith("file/")) {
            value = file(name.substring("file/".length()));
        } else {
            problem.accept("expected ${secret:env/NAME} or ${secret:file/PATH} and nothing else, found another value"
                    + " (not shown)");
            return Optional.empty();
        }
        if (value.isEmpty() || value.get().isEmpty()) {
            problem.accept("expected the secret " + name + ", found "
                    + (value.isEmpty() ? "none: the variable or file is not there" : "an empty one"));
            return Optional.empty();
        }
        return value.map(v -> new Value("***", true, 0, scalar.origin(), Optional.of(new Secret(v, name))));
    }

    /** The text of a file that can be read and is no larger than a secret may be, without the newline at its end. */
    private Optional<String> file(String name) {
        try {
            Path path = folder.resolve(name);
            return Files.size(path) <= MOST_SECRET_BYTES
                    ? Optional.of(Files.readString(path).stripTrailing())
                    : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }
}
