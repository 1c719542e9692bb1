package dev.sluice.frame.asof;

import static org.apache.spark.sql.functions.col;

import dev.sluice.core.SluiceException;
import dev.sluice.frame.Columns;
import dev.sluice.frame.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.JavaConverters;

/**
 * A feature of a window: an aggregate, or an expression over several.
 *
 * @param aggregates in the order in which the text has them
 * @param formula over columns of the names that {@link #column} gives; empty where the feature is its aggregate
 */
record WindowFeature(String name, List<Aggregate> aggregates, Optional<Column> formula) {
    WindowFeature {
        aggregates = List.copyOf(aggregates);
    }

    /**
     * Reads it.
     *
     * @throws SluiceException PLAN_INVALID when there is no aggregate, or a column outside of one
     */
    static WindowFeature parse(String name, String sql) {
        Reader reader = new Reader(name, sql);
        Expression expression = SqlText.parse(sql);
        Expression formula = reader.formula(expression);
        if (reader.aggregates.isEmpty()) {
            throw Aggregate.refused(name, sql);
        }
        boolean alone = expression instanceof UnresolvedFunction call
                && Function.named(SqlText.list(call.nameParts())).isPresent();
        return new WindowFeature(name, reader.aggregates, alone ? Optional.empty() : Optional.of(new Column(formula)));
    }

    /** Whether it is a list or a map; an expression never is. */
    boolean isOfSeveralValues() {
        return formula.isEmpty() && aggregates.get(0).function().givesSeveral();
    }

    /** Column that an aggregate's values are in. */
    String column(int aggregate) {
        return formula.isEmpty() ? name : hidden(name, aggregate);
    }

    /** The feature, of the columns of its aggregates. */
    Column made() {
        return formula.orElseGet(() -> col(Columns.quoted(name))).as(name);
    }

    private static String hidden(String name, int aggregate) {
        return "__" + name + "_" + aggregate;
    }

    private static final class Reader {
        private final String name;
        private final String sql;
        private final List<Aggregate> aggregates = new ArrayList<>();

        Reader(String name, String sql) {
            this.name = name;
            this.sql = sql;
        }

        /** The same expression over the columns of its aggregates. */
        Expression formula(Expression expression) {
            if (expression instanceof UnresolvedAttribute) {
                throw Aggregate.refused(name, sql);
            }
            if (expression instanceof UnresolvedFunction call) {
                Optional<Function> function = Function.named(SqlText.list(call.nameParts()));
                if (function.isPresent()) {
                    SqlText.<Expression>list(call.children()).forEach(this::refuseAggregate);
                    aggregates.add(Aggregate.of(name, sql, function.get(), call));
                    return col(Columns.quoted(hidden(name, aggregates.size() - 1)))
                            .expr();
                }
            }
            List<Expression> children = SqlText.<Expression>list(expression.children()).stream()
                    .map(this::formula)
                    .toList();
            return children.isEmpty()
                    ? expression
                    : expression.withNewChildren(
                            JavaConverters.asScalaBuffer(children).toIndexedSeq());
        }

        private void refuseAggregate(Expression within) {
            if (within instanceof UnresolvedFunction call
                    && Function.named(SqlText.list(call.nameParts())).isPresent()) {
                throw Aggregate.refused(name, sql);
            }
            SqlText.<Expression>list(within.children()).forEach(this::refuseAggregate);
        }
    }
}
