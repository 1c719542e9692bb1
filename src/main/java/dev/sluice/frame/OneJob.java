package dev.sluice.frame;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.internal.SQLConf;
import scala.Tuple2;
import scala.runtime.AbstractFunction0;

/**
 * Questions about rows that are answered by one Spark job: each reads the columns that it needs, and their tasks run side by side. All
 * queries are planned together, so that where files are listed to plan, they are listed once for all of these. Without a question there is
 * no job.
 */
public final class OneJob {
    /** Rows that a task of a shuffle is meant for. */
    private static final long EACH_TASK = 1 << 18;

    private final long rows;
    private final List<Query> queries = new ArrayList<>();
    private final List<Question<?>> questions = new ArrayList<>();

    /**
     * Without questions yet.
     *
     * @param rows about how many there are, for the number of tasks
     */
    public OneJob(long rows) {
        this.rows = rows;
    }

    /** About how many rows there are. */
    long rows() {
        return rows;
    }

    /**
     * Asks for the rows of a query.
     *
     * @param answer what is told these, once the job has {@link #run}
     */
    public void ask(Dataset<Row> query, Consumer<List<Row>> answer) {
        queries.add(new Query(query, answer));
    }

    /**
     * Asks for what tasks make of the rows of a query, which is planned by itself.
     *
     * @param answer what is told it, once the job has {@link #run}
     */
    <T> void ask(Dataset<Row> query, Function<Dataset<Row>, JavaRDD<T>> elements, Consumer<List<T>> answer) {
        questions.add(new Question<>(planned(query, elements), answer));
    }

    /** Runs the job, and tells the answers. */
    public void run() {
        together().ifPresent(all -> ask(all, Dataset::toJavaRDD, this::tell));
        IntStream.range(0, questions.size())
                .mapToObj(i -> numbered(questions.get(i).elements(), i))
                .reduce(JavaRDD::union)
                .ifPresent(all ->
                        all.collect().forEach(one -> questions.get(one._1()).take(one._2())));
        questions.forEach(Question::tell);
    }

    /** All queries as one: a row of each is a struct, in the column with the query's number. */
    private Optional<Dataset<Row>> together() {
        return IntStream.range(0, queries.size())
                .mapToObj(i -> queries.get(i).rows().select(struct(col("*")).as("of" + i)))
                .reduce((some, more) -> some.unionByName(more, true));
    }

    private void tell(List<Row> all) {
        for (int i = 0; i < queries.size(); i++) {
            int number = i;
            queries.get(i)
                    .answer()
                    .accept(all.stream()
                            .filter(row -> !row.isNullAt(number))
                            .map(row -> row.getStruct(number))
                            .toList());
        }
    }

    /** Plans with neither stages that adapt, of which each is a job, nor the tasks that these would put together again. */
    private <T> JavaRDD<T> planned(Dataset<Row> query, Function<Dataset<Row>, JavaRDD<T>> elements) {
        SQLConf conf = query.sparkSession().sessionState().conf().clone();
        conf.setConfString("spark.sql.adaptive.enabled", "false");
        conf.setConfString(
                "spark.sql.shuffle.partitions",
                Long.toString(Math.min(conf.numShufflePartitions(), 1 + rows / EACH_TASK)));
        return SQLConf.withExistingConf(conf, new AbstractFunction0<>() {
            @Override
            public JavaRDD<T> apply() {
                return elements.apply(query);
            }
        });
    }

    private static JavaRDD<Tuple2<Integer, Object>> numbered(JavaRDD<?> elements, int number) {
        return elements.map(element -> new Tuple2<>(number, element));
    }

    /** A query, and who is told its rows. */
    private record Query(Dataset<Row> rows, Consumer<List<Row>> answer) {}

    /** What tasks make, and what came of it. */
    private static final class Question<T> {
        private final JavaRDD<T> elements;
        private final Consumer<List<T>> answer;
        private final List<T> found = new ArrayList<>();

        Question(JavaRDD<T> elements, Consumer<List<T>> answer) {
            this.elements = elements;
            this.answer = answer;
        }

        JavaRDD<T> elements() {
            return elements;
        }

        /** The element has the number of this question, so that it is one of its own. */
        @SuppressWarnings("unchecked")
        void take(Object element) {
            found.add((T) element);
        }

        void tell() {
            answer.accept(List.copyOf(found));
        }
    }
}
