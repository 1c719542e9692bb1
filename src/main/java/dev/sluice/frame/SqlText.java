package dev.sluice.frame;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.analysis.Star;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.expressions.UnresolvedNamedLambdaVariable;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** SQL expressions as text: parsed without a session or a table. */
public final class SqlText {
    /** Stands for every column: the expression holds a star or a subquery. */
    public static final String ALL = "*";

    private SqlText() {}

    /**
     * Which names an expression speaks of: the parts of all column references, in lower case, and {@link #ALL} for a star or a
     * subquery.
     * {@code flights.Dep_Delay} gives both {@code flights} and {@code dep_delay}, since only a table can tell which of them
     * is the column.
     *
     * @throws SluiceException PLAN_INVALID when it is no expression
     */
    public static Set<String> names(String sql) {
        Set<String> names = new TreeSet<>();
        collect(parse(sql), names);
        return names;
    }

    /**
     * The expression in the one way of writing it that leaves out what Spark does not look at: comments, spaces, letter case
     * outside of texts. Not meant to be parsed again.
     */
    public static String normal(String sql) {
        StringBuilder normal = new StringBuilder();
        boolean apart = false;
        for (int i = 0; i < sql.length(); ) {
            int end = blank(sql, i);
            if (end > i) {
                apart = true;
            } else {
                end = piece(sql, i);
                String piece = sql.substring(i, end);
                boolean text = piece.charAt(0) == '\'' || piece.charAt(0) == '"';
                if (apart
                        && !normal.isEmpty()
                        && isWord(normal.charAt(normal.length() - 1))
                        && isWord(piece.charAt(0))) {
                    normal.append(' ');
                }
                normal.append(text ? piece : piece.toLowerCase(Locale.ROOT));
                apart = false;
            }
            i = end;
        }
        return normal.toString();
    }

    /** Where the space or comment at a character ends; the character itself where there is none. */
    private static int blank(String sql, int start) {
        if (Character.isWhitespace(sql.charAt(start))) {
            return start + 1;
        }
        if (sql.startsWith("--", start)) {
            int end = sql.indexOf('\n', start);
            return end < 0 ? sql.length() : end;
        }
        if (sql.startsWith("/*", start)) {
            int end = sql.indexOf("*/", start + 2);
            return end < 0 ? sql.length() : end + 2;
        }
        return start;
    }

    /** Where the text, quoted name or other character at a character ends. */
    private static int piece(String sql, int start) {
        char quote = sql.charAt(start);
        if (quote != '\'' && quote != '"' && quote != '`') {
            return start + 1;
        }
        boolean escapes = quote != '`' && !(start > 0 && Character.toLowerCase(sql.charAt(start - 1)) == 'r');
        for (int i = start + 1; i < sql.length(); i++) {
            if (escapes && sql.charAt(i) == '\\') {
                i++;
            } else if (sql.charAt(i) == quote) {
                return i + 1;
            }
        }
        return sql.length();
    }

    /** Whether characters of this kind, put side by side, would become one word or text. */
    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '\'' || c == '"' || c == '`';
    }

    /** The expression, as a column still to be resolved. */
    public static Column column(String sql) {
        return new Column(parse(sql));
    }

    public static Expression parse(String sql) {
        try {
            return CatalystSqlParser$.MODULE$.parseExpression(sql);
        } catch (Exception e) {
            // Scala code throws it without saying so, which is why the compiler does not let it be caught by name.
            if (e instanceof AnalysisException refused) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "expected a Spark SQL expression, found '" + sql + "': " + refused.getSimpleMessage(),
                        "correct the expression",
                        e);
            }
            throw e;
        }
    }

    public static <T> List<T> list(Seq<T> seq) {
        return JavaConverters.seqAsJavaList(seq);
    }

    private static void collect(Expression expression, Set<String> names) {
        if (expression instanceof UnresolvedAttribute attribute) {
            collect(attribute.nameParts(), names);
        } else if (expression instanceof UnresolvedNamedLambdaVariable variable) {
            // In a lambda the parser takes every name for a variable; which ones are columns shows only later.
            collect(variable.nameParts(), names);
        } else if (expression instanceof Star || expression instanceof PlanExpression) {
            names.add(ALL);
        }
        list(expression.children()).forEach(child -> collect(child, names));
    }

    private static void collect(Seq<String> parts, Set<String> names) {
        list(parts).forEach(part -> names.add(part.toLowerCase(Locale.ROOT)));
    }
}
