package dev.sluice.frame;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction0;

/**
 * Questions about the same rows that are answered by one Spark job: each is planned by itself and reads the columns that it needs, and
 * their tasks run side by side. Without a question there is no job.
 */
public final class OneJob {
    /** Rows that a task of a shuffle is meant for. */
    private static final long EACH_TASK = 1 << 18;

    private final Dataset<Row> rows;
    private final long count;
    private final List<Question<?>> questions = new ArrayList<>();

    /**
     * Without questions yet.
     *
     * @param rows what is asked about
     * @param count about how many they are, for the number of tasks
     */
    public OneJob(Dataset<Row> rows, long count) {
        this.rows = rows;
        this.count = count;
    }

    /** The columns of what is asked about. */
    public StructType schema() {
        return rows.schema();
    }

    /**
     * What is asked about, with the files that it is read from: Delta lists those of a version by a job whenever a query is planned. Rows
     * that are more than a part of one table of files are left as they are.
     */
    public Dataset<Row> rows() {
        try {
            LogicalPlan plan = rows.queryExecution().optimizedPlan();
            List<LogicalPlan> leaves = JavaConverters.seqAsJavaList(plan.collectLeaves());
            boolean isOfFiles = leaves.size() == 1
                    && leaves.get(0) instanceof LogicalRelation source
                    && source.relation() instanceof HadoopFsRelation;
            return isOfFiles ? Dataset.ofRows(rows.sparkSession(), plan) : rows;
        } catch (NoSuchMethodError | NoClassDefFoundError e) {
            return rows; // another Spark than the one we were built with
        }
    }

    /** About how many rows there are. */
    long count() {
        return count;
    }

    /**
     * Asks for the rows of a query.
     *
     * @param answer what is told these, once the job has {@link #run}
     */
    public void ask(Dataset<Row> query, Consumer<List<Row>> answer) {
        ask(query, Dataset::toJavaRDD, answer);
    }

    /**
     * Asks for what tasks make of the rows of a query.
     *
     * @param answer what is told it, once the job has {@link #run}
     */
    <T> void ask(Dataset<Row> query, Function<Dataset<Row>, JavaRDD<T>> elements, Consumer<List<T>> answer) {
        questions.add(new Question<>(planned(query, elements), answer));
    }

    /** Runs the job, once, and tells the answers in the order in which they were asked for. */
    public void run() {
        IntStream.range(0, questions.size())
                .mapToObj(i -> numbered(questions.get(i).elements(), i))
                .reduce(JavaRDD::union)
                .ifPresent(all ->
                        all.collect().forEach(one -> questions.get(one._1()).take(one._2())));
        questions.forEach(Question::tell);
    }

    /** Plans with neither stages that adapt, of which each is a job, nor the tasks that these would put together again. */
    private <T> JavaRDD<T> planned(Dataset<Row> query, Function<Dataset<Row>, JavaRDD<T>> elements) {
        SQLConf conf = query.sparkSession().sessionState().conf().clone();
        conf.setConfString("spark.sql.adaptive.enabled", "false");
        conf.setConfString(
                "spark.sql.shuffle.partitions",
                Long.toString(Math.min(conf.numShufflePartitions(), 1 + count / EACH_TASK)));
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
