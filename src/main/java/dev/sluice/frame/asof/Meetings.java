package dev.sluice.frame.asof;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;

/** The answered spine rows: each task's share of the spine meets its shares of the histories. */
final class Meetings extends RDD<InternalRow> {
    private static final long serialVersionUID = 1L;

    private final DataType[] keyTypes;
    private final int spineColumns;
    private final List<Probe.Question> questions;
    private final StructType answers;

    /**
     * Meets.
     *
     * @param spine blocks of rows {@code keys, at, spine columns}
     * @param histories blocks of rows of each question's history, in as many tasks
     * @param answers what all questions add to a spine row
     */
    Meetings(
            RDD<Tuple2<Integer, byte[]>> spine,
            int spineColumns,
            DataType[] keyTypes,
            List<RDD<Tuple2<Integer, byte[]>>> histories,
            List<Probe.Question> questions,
            StructType answers) {
        super(spine.sparkContext(), each(spine, histories), ClassTag$.MODULE$.apply(InternalRow.class));
        this.spineColumns = spineColumns;
        this.keyTypes = keyTypes;
        this.questions = questions;
        this.answers = answers;
    }

    private static Seq<Dependency<?>> each(
            RDD<Tuple2<Integer, byte[]>> spine, List<RDD<Tuple2<Integer, byte[]>>> histories) {
        List<Dependency<?>> all = Stream.concat(Stream.of(spine), histories.stream())
                .<Dependency<?>>map(OneToOneDependency::new)
                .toList();
        return JavaConverters.asScalaBuffer(all).toSeq();
    }

    @Override
    public Partition[] getPartitions() {
        List<Partition[]> shares = parents().stream().map(RDD::partitions).toList();
        return IntStream.range(0, shares.get(0).length)
                .mapToObj(task ->
                        new Share(task, shares.stream().map(all -> all[task]).toList()))
                .toArray(Partition[]::new);
    }

    @Override
    public scala.collection.Iterator<InternalRow> compute(Partition split, TaskContext context) {
        Share share = (Share) split;
        Meeting meeting = Meeting.of(rows(0, spineColumns, share, context), keyTypes);
        for (int i = 0; i < questions.size(); i++) {
            Probe.Question question = questions.get(i);
            meeting.ask(question, rows(i + 1, question.columns().length(), share, context));
        }
        return JavaConverters.asScalaIterator(meeting.answers(answers));
    }

    private Iterator<InternalRow> rows(int parent, int columns, Share share, TaskContext context) {
        return Exchange.rows(
                JavaConverters.asJavaIterator(
                        parents().get(parent).iterator(share.shares().get(parent), context)),
                columns);
    }

    @SuppressWarnings("unchecked") // as the constructor takes them
    private List<RDD<Tuple2<Integer, byte[]>>> parents() {
        return JavaConverters.seqAsJavaList(dependencies()).stream()
                .map(dependency -> (RDD<Tuple2<Integer, byte[]>>) dependency.rdd())
                .toList();
    }

    /** A task's part of each parent. */
    private record Share(int index, List<Partition> shares) implements Partition {}
}
