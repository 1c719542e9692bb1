package dev.sluice.frame;

import dev.sluice.config.ExpressionCheck;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Add;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.expressions.Subtract;
import org.apache.spark.sql.catalyst.expressions.UnresolvedNamedLambdaVariable;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.trees.Origin;
import org.apache.spark.sql.types.DayTimeIntervalType;
import scala.collection.JavaConverters;

/**
 * Reads expressions with Spark's own parser, which needs no session, and walks the whole tree against a list of what may be
 * used: operators, and functions whose answer follows from their arguments alone. Everything else is refused by not being
 * on the list, so that what a later Spark adds is refused too.
 */
public final class SqlExpressions implements ExpressionCheck {
    /** Bounds the time and the stack of a parser that descends at every bracket. */
    private static final int LONGEST = 4_000;

    private static final int DEEPEST = 30;

    private static final Shift NOTHING = new Shift("", Duration.ZERO);

    /** Spark puts the time of parsing or running in their place. */
    private static final Pattern CHANGING_TIME = Pattern.compile("(?i)'\\s*(now|today|tomorrow|yesterday)\\b[^']*'");

    /** Loads the parser, which takes half of the time of a short command, ahead of its use. */
    public static void load() {
        CatalystSqlParser$.MODULE$.parseExpression("a");
    }

    @Override
    public Reading read(String sql) {
        if (sql.length() > LONGEST || depth(sql) > DEEPEST) {
            return refused(
                    0,
                    "expected an expression of at most " + LONGEST + " characters and " + DEEPEST
                            + " nested brackets, found a larger one");
        }
        try {
            return walk(CatalystSqlParser$.MODULE$.parseExpression(sql), sql);
        } catch (Exception e) { // Scala declares none of the checked ones it throws
            int offset = e instanceof ParseException parse ? offset(sql, parse.start()) : 0;
            return refused(offset, "expected a Spark SQL expression, found " + reason(e));
        } catch (StackOverflowError e) {
            return refused(0, "expected a Spark SQL expression, found one nested too deeply");
        }
    }

    private static Reading refused(int offset, String message) {
        return new Reading(List.of(new Flaw(offset, message)), Set.of(), Set.of(), NOTHING);
    }

    private static Reading walk(Expression root, String sql) {
        Walk walk = new Walk(sql);
        Deque<Scoped> left = new ArrayDeque<>(List.of(new Scoped(root, Set.of())));
        while (!left.isEmpty()) {
            left.addAll(walk.visit(left.pop()));
        }
        walk.texts();
        walk.flaws.sort(Comparator.comparingInt(Flaw::offset));
        return new Reading(walk.flaws, walk.columns, walk.aggregates, walk.flaws.isEmpty() ? shift(root) : NOTHING);
    }

    /** Takes off what is added and subtracted of days and smaller units; months are of no fixed length. */
    private static Shift shift(Expression root) {
        Expression of = root;
        long micros = 0;
        while (true) {
            if (of instanceof Add sum && interval(sum.right()).isPresent()) {
                micros += interval(sum.right()).getAsLong();
                of = sum.left();
            } else if (of instanceof Add sum && interval(sum.left()).isPresent()) {
                micros += interval(sum.left()).getAsLong();
                of = sum.right();
            } else if (of instanceof Subtract difference
                    && interval(difference.right()).isPresent()) {
                micros -= interval(difference.right()).getAsLong();
                of = difference.left();
            } else {
                return new Shift(of.sql().toLowerCase(Locale.ROOT), Duration.of(micros, ChronoUnit.MICROS));
            }
        }
    }

    private static OptionalLong interval(Expression node) {
        return node instanceof Literal literal && literal.dataType() instanceof DayTimeIntervalType
                ? OptionalLong.of((Long) literal.value())
                : OptionalLong.empty();
    }

    /** A node, and the variables of the lambdas around it in lower case. */
    private record Scoped(Expression node, Set<String> variables) {
        List<Scoped> children() {
            return JavaConverters.seqAsJavaList(node.children()).stream()
                    .map(child -> new Scoped(child, variables))
                    .toList();
        }
    }

    /** What was found by now. */
    private static final class Walk {
        private final String sql;
        private final List<Flaw> flaws = new ArrayList<>();
        private final Set<String> columns = new LinkedHashSet<>();
        private final Set<String> aggregates = new LinkedHashSet<>();

        Walk(String sql) {
            this.sql = sql;
        }

        /** Notes a node and gives its children, but none of a node that is refused. */
        List<Scoped> visit(Scoped next) {
            Expression node = next.node();
            if (node instanceof UnresolvedAttribute attribute) {
                column(JavaConverters.seqAsJavaList(attribute.nameParts()), node);
                return List.of();
            }
            if (node instanceof UnresolvedNamedLambdaVariable name) {
                // The parser takes every name in a lambda for a variable; Spark takes the others for columns later.
                List<String> parts = JavaConverters.seqAsJavaList(name.nameParts());
                if (!next.variables().contains(parts.get(0).toLowerCase(Locale.ROOT))) {
                    column(parts, node);
                }
                return List.of();
            }
            if (node instanceof LambdaFunction lambda) {
                Set<String> variables = new LinkedHashSet<>(next.variables());
                JavaConverters.seqAsJavaList(lambda.arguments())
                        .forEach(argument -> variables.add(argument.name().toLowerCase(Locale.ROOT)));
                return List.of(new Scoped(lambda.function(), variables));
            }
            if (node instanceof UnresolvedFunction function) {
                function(function);
                return next.children();
            }
            String wrong = SqlWords.wrongSyntax(
                    node instanceof SubqueryExpression
                            ? "SubqueryExpression"
                            : node.getClass().getSimpleName());
            flaw(wrong, node);
            return wrong.isEmpty() ? next.children() : List.of();
        }

        private void column(List<String> name, Expression node) {
            String wrong = SqlWords.wrongColumn(name);
            flaw(wrong, node);
            if (wrong.isEmpty()) {
                columns.add(name.get(0));
            }
        }

        private void function(UnresolvedFunction function) {
            String name = String.join(".", JavaConverters.seqAsJavaList(function.nameParts()))
                    .toLowerCase(Locale.ROOT);
            flaw(SqlWords.wrongFunction(name), function);
            if (SqlWords.AGGREGATES.contains(name)) {
                aggregates.add(name);
            }
        }

        private void flaw(String wrong, Expression node) {
            if (!wrong.isEmpty()) {
                flaws.add(new Flaw(offset(sql, node.origin()), wrong));
            }
        }

        /** Texts that stand for the time of the run. */
        private void texts() {
            Matcher time = CHANGING_TIME.matcher(sql);
            while (time.find()) {
                flaws.add(new Flaw(
                        time.start(),
                        "expected a fixed text, found " + time.group()
                                + ", which Spark may read as the time of the run; that is ${run:interval.from}"));
            }
        }
    }

    /** How deep brackets are nested at most; brackets in texts count too, which nobody will notice. */
    private static int depth(String sql) {
        int depth = 0;
        int deepest = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '(' || c == '[') {
                deepest = Math.max(deepest, ++depth);
            } else if (c == ')' || c == ']') {
                depth--;
            }
        }
        return deepest;
    }

    /** The character at which a node begins; 0 where Spark does not say. */
    private static int offset(String sql, Origin origin) {
        if (origin.startIndex().isDefined()) {
            return (Integer) origin.startIndex().get();
        }
        if (origin.line().isEmpty() || origin.startPosition().isEmpty()) {
            return 0;
        }
        int start = 0;
        for (int line = 1; line < (Integer) origin.line().get(); line++) {
            start = sql.indexOf('\n', start) + 1;
        }
        return Math.min(start + (Integer) origin.startPosition().get(), Math.max(0, sql.length() - 1));
    }

    /** The parser's own reason, without its error class, its position and the text that it repeats. */
    private static String reason(Exception e) {
        String message =
                String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
        return message.replaceFirst("^\\[[A-Z_.0-9]+] ", "")
                .replaceFirst("^Syntax error", "a syntax error")
                .replaceFirst("\\(line \\d+, pos \\d+\\)$", "")
                .replaceFirst("\\.$", "");
    }
}
