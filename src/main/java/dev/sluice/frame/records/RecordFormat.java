package dev.sluice.frame.records;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.mapreduce.Job;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.PartitionedFile;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import scala.Function1;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.Seq;
import scala.collection.immutable.Map;
import scala.runtime.AbstractFunction1;

/** {@link TextRecords} for Spark, which makes it by its name and hands its files out to tasks. */
public final class RecordFormat implements FileFormat {
    @Override
    public Option<StructType> inferSchema(SparkSession spark, Map<String, String> options, Seq<FileStatus> files) {
        return Option.empty();
    }

    @Override
    public OutputWriterFactory prepareWrite(
            SparkSession spark, Job job, Map<String, String> options, StructType schema) {
        throw new UnsupportedOperationException("records are read, not written");
    }

    /** A packed file is read from its begin; a value that may have line breaks does not tell where it begins. */
    @Override
    public boolean isSplitable(SparkSession spark, Map<String, String> options, Path file) {
        return !Layout.of(options).dialect().multiLine()
                && new CompressionCodecFactory(spark.sessionState().newHadoopConf()).getCodec(file) == null;
    }

    @Override
    public Function1<PartitionedFile, Iterator<InternalRow>> buildReaderWithPartitionValues(
            SparkSession spark,
            StructType columns,
            StructType partitions,
            StructType required,
            Seq<Filter> filters,
            Map<String, String> options,
            Configuration hadoop) {
        Broadcast<SerializableConfiguration> shared = JavaSparkContext.fromSparkContext(spark.sparkContext())
                .broadcast(new SerializableConfiguration(hadoop));
        int count = columns.length() - RecordRows.Own.values().length;
        StructType fields = new StructType(Arrays.copyOf(columns.fields(), count));
        return new Reader(Layout.of(options), fields, places(required, columns, count), shared);
    }

    /** Where each required column comes from. */
    private static int[] places(StructType required, StructType columns, int fields) {
        int[] places = new int[required.length()];
        for (int i = 0; i < places.length; i++) {
            int place = columns.fieldIndex(required.apply(i).name());
            places[i] = place < fields ? place : fields - 1 - place;
        }
        return places;
    }

    /** What a task does with a file. */
    private static final class Reader extends AbstractFunction1<PartitionedFile, Iterator<InternalRow>>
            implements Serializable {
        private static final long serialVersionUID = 1;

        private final Layout layout;
        private final StructType fields;
        private final int[] columns;
        private final Broadcast<SerializableConfiguration> hadoop;

        Reader(Layout layout, StructType fields, int[] columns, Broadcast<SerializableConfiguration> hadoop) {
            this.layout = layout;
            this.fields = fields;
            this.columns = columns;
            this.hadoop = hadoop;
        }

        @Override
        public Iterator<InternalRow> apply(PartitionedFile part) {
            try {
                Records records = new Part(part.toPath(), part.start(), part.length())
                        .open(layout, fields, hadoop.value().value());
                RecordRows rows =
                        new RecordRows(records, part.start() == 0, part.toPath().toString(), columns);
                TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> close(rows));
                return rows;
            } catch (IOException e) {
                throw RecordRows.unchecked(e);
            }
        }

        private static void close(RecordRows rows) {
            try {
                rows.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
