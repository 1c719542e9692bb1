package dev.sluice.frame;

import static org.apache.spark.sql.functions.col;

import dev.sluice.stats.TableProfile;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.ProjectingInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskFailureListener;
import scala.collection.JavaConverters;

/**
 * One pass over rows that carry their fate. Good ones go on to whoever reads {@link #good}, and are profiled on the way;
 * stopped ones are put aside as Parquet files; removed ones are counted. So a source is read once, and every row that it
 * has is in one of the three counts of the job that wrote it.
 */
public final class FatePass {
    /** Column: what becomes of a row, {@link #GOOD}, {@link #STOPPED} or {@link #REMOVED}. Without it all rows are good. */
    public static final String FATE = "__fate";

    /** Column: texts that are counted over the stopped rows, {@code array<string>}. */
    public static final String TALLY = "__tally";

    public static final int GOOD = 0;
    public static final int STOPPED = 1;
    public static final int REMOVED = 2;

    private final SparkSession spark;
    private final StructType asideColumns;
    private final CollectionAccumulator<Report> reports;
    private final Dataset<Row> good;

    /**
     * A pass over rows, which runs when {@link #good} is read.
     *
     * @param aside columns that only stopped rows keep; all others but {@link #FATE} and {@link #TALLY} are those of good rows
     * @param folder where stopped rows are put, as Hadoop opens it; files of a task that failed may stay in it
     */
    public FatePass(Dataset<Row> rows, List<String> aside, String folder) {
        this.spark = rows.sparkSession();
        List<String> own = new ArrayList<>(aside);
        own.addAll(List.of(FATE, TALLY));
        List<String> kept =
                Stream.of(rows.columns()).filter(name -> !own.contains(name)).toList();
        List<String> there = List.of(rows.columns());
        boolean judged = there.contains(FATE);
        // Good columns come first, so that a good row goes on as it is: its reader looks at no others.
        List<String> order = new ArrayList<>(kept);
        if (judged) {
            order.addAll(own);
        }
        Dataset<Row> ordered = rows.select(
                order.stream().map(name -> col(Columns.quoted(name))).toArray(Column[]::new));
        StructType goodColumns = new StructType(Arrays.copyOf(ordered.schema().fields(), kept.size()));
        this.asideColumns = judged
                ? new StructType(Arrays.copyOfRange(ordered.schema().fields(), kept.size(), kept.size() + aside.size()))
                : new StructType();
        this.reports = spark.sparkContext().collectionAccumulator("fates of rows");
        Pass pass = new Pass(
                goodColumns,
                judged,
                judged ? Aside.of(spark, asideColumns, kept.size(), folder) : null,
                kept.size() + aside.size(),
                reports);
        this.good = spark.internalCreateDataFrame(
                ordered.queryExecution()
                        .toRdd()
                        .toJavaRDD()
                        .mapPartitionsWithIndex((index, partition) -> new Task(pass, index, partition), true)
                        .rdd(),
                goodColumns,
                false);
    }

    /** The good rows. They are to be read once and to their end. */
    public Dataset<Row> good() {
        return good;
    }

    /** What the pass found, once {@link #good} was read. */
    public Fates fates() {
        // A task that Spark repeated, as after the loss of its shuffle files, has reported twice.
        Map<Integer, Report> last = new TreeMap<>();
        reports.value().forEach(report -> last.put(report.partition, report));
        long stopped = 0;
        long removed = 0;
        Map<String, Long> tally = new TreeMap<>();
        List<String> files = new ArrayList<>();
        List<byte[]> profiles = new ArrayList<>();
        for (Report report : last.values()) {
            profiles.add(report.profile);
            stopped += report.stopped;
            removed += report.removed;
            report.tally.forEach((text, count) -> tally.merge(text, count, Long::sum));
            if (report.stopped > 0) {
                files.add(report.file);
            }
        }
        Dataset<Row> rows = files.isEmpty()
                ? spark.createDataFrame(List.<Row>of(), asideColumns)
                : spark.read().schema(asideColumns).parquet(files.toArray(String[]::new));
        return new Fates(PartitionProfile.merge(good.schema(), profiles), stopped, removed, rows, tally);
    }

    /**
     * What a pass found.
     *
     * @param profile of the good rows
     * @param stopped how many were stopped
     * @param removed how many were removed
     * @param aside the stopped rows, with the columns that only they keep
     * @param tally how often each text of {@link #TALLY} was there
     */
    public record Fates(TableProfile profile, long stopped, long removed, Dataset<Row> aside, Map<String, Long> tally) {
        /** How many rows are good. */
        public long good() {
            return profile.rows();
        }

        /** How many rows there were. */
        public long total() {
            return good() + stopped + removed;
        }
    }

    /** What one task did. */
    private static final class Report implements Serializable {
        private static final long serialVersionUID = 1;

        private final int partition;
        private final byte[] profile;
        private final long stopped;
        private final long removed;
        private final Map<String, Long> tally;
        private final String file;

        Report(int partition, byte[] profile, long stopped, long removed, Map<String, Long> tally, String file) {
            this.partition = partition;
            this.profile = profile;
            this.stopped = stopped;
            this.removed = removed;
            this.tally = tally;
            this.file = file;
        }
    }

    /** What every task does. */
    private record Pass(StructType good, boolean judged, Aside aside, int fate, CollectionAccumulator<Report> reports)
            implements Serializable {}

    /** How stopped rows are written. */
    private record Aside(
            StructType columns, int first, OutputWriterFactory factory, SerializableConfiguration hadoop, String folder)
            implements Serializable {

        static Aside of(SparkSession spark, StructType columns, int first, String folder) {
            try {
                Job job = Job.getInstance(spark.sessionState().newHadoopConf());
                OutputWriterFactory factory = new ParquetFileFormat()
                        .prepareWrite(spark, job, scala.collection.immutable.Map$.MODULE$.empty(), columns);
                return new Aside(
                        columns, first, factory, new SerializableConfiguration(job.getConfiguration()), folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** A file of this attempt alone, for its task may have another. */
        OutputWriter open(int partition) {
            TaskAttemptContext context = new TaskAttemptContextImpl(
                    hadoop.value(), new TaskAttemptID(new TaskID("fate", 0, TaskType.MAP, partition), 0));
            String name = String.format(
                    Locale.ROOT,
                    "part-%05d-%d%s",
                    partition,
                    TaskContext.get().taskAttemptId(),
                    factory.getFileExtension(context));
            return factory.newInstance(folder + "/" + name, columns, context);
        }

        ProjectingInternalRow row() {
            List<Object> ordinals = new ArrayList<>();
            for (int i = 0; i < columns.length(); i++) {
                ordinals.add(first + i);
            }
            return new ProjectingInternalRow(
                    columns, JavaConverters.asScalaBuffer(ordinals).toIndexedSeq());
        }
    }

    /** The good rows of one partition. */
    private static final class Task implements Iterator<InternalRow> {
        private final Pass pass;
        private final int partition;
        private final Iterator<InternalRow> rows;
        private final PartitionProfile profile;
        private final Map<String, Long> tally = new HashMap<>();
        private OutputWriter writer;
        private ProjectingInternalRow stoppedRow;
        private InternalRow next;
        private long stopped;
        private long removed;
        private boolean ended;

        Task(Pass pass, int partition, Iterator<InternalRow> rows) {
            this.pass = pass;
            this.partition = partition;
            this.rows = rows;
            this.profile = new PartitionProfile(pass.good());
        }

        @Override
        public boolean hasNext() {
            while (next == null && !ended) {
                if (rows.hasNext()) {
                    take(rows.next());
                } else {
                    end();
                }
            }
            return next != null;
        }

        @Override
        public InternalRow next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            InternalRow row = next;
            next = null;
            return row;
        }

        private void take(InternalRow row) {
            int fate = pass.judged() ? row.getInt(pass.fate()) : GOOD;
            switch (fate) {
                case GOOD -> {
                    profile.add(row);
                    next = row;
                }
                case STOPPED -> stop(row);
                case REMOVED -> removed++;
                default -> throw new IllegalStateException("a row has the fate " + fate);
            }
        }

        private void stop(InternalRow row) {
            if (writer == null) {
                writer = pass.aside().open(partition);
                stoppedRow = pass.aside().row();
                TaskContext.get().addTaskFailureListener((TaskFailureListener) (context, failure) -> close());
            }
            stopped++;
            stoppedRow.project(row);
            writer.write(stoppedRow);
            ArrayData texts = row.getArray(pass.fate() + 1);
            for (int i = 0; i < texts.numElements(); i++) {
                tally.merge(texts.getUTF8String(i).toString(), 1L, Long::sum);
            }
        }

        private void end() {
            ended = true;
            String file = writer == null ? "" : writer.path();
            close();
            pass.reports().add(new Report(partition, profile.encoded(), stopped, removed, tally, file));
        }

        private void close() {
            if (writer != null) {
                writer.close();
                writer = null;
            }
        }
    }
}
