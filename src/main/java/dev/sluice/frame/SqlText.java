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
