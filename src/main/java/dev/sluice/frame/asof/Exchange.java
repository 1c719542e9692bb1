package dev.sluice.frame.asof;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.ToIntFunction;
import org.apache.spark.HashPartitioner;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * A shuffle of rows in blocks of many. Spark's own exchange writes and reads every row by itself, which costs more than all else that a
 * probe does; and its number of tasks may be changed, so that two of them no longer fit together.
 */
final class Exchange {
    private static final int BYTES_OF_A_BLOCK = 1 << 16;
    private static final int BYTES_OF_ALL_BLOCKS = 1 << 24;
    private static final int FEWEST_BYTES = 1 << 10;

    private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

    private Exchange() {}

    /** Rows of one task, each with the task that it goes to. */
    interface Sent extends Iterator<InternalRow> {
        /** Where the row goes that came last. */
        int task();

        /** Rows that need no more than to be told where they go. */
        static Sent to(Iterator<InternalRow> rows, ToIntFunction<InternalRow> task) {
            return new Sent() {
                private InternalRow row;

                @Override
                public boolean hasNext() {
                    return rows.hasNext();
                }

                @Override
                public InternalRow next() {
                    row = rows.next();
                    return row;
                }

                @Override
                public int task() {
                    return task.applyAsInt(row);
                }
            };
        }
    }

    /** What makes rows ready to be sent. */
    @FunctionalInterface
    interface Sending extends Serializable {
        /** Of a task's rows, which are one object each time. */
        Sent send(Iterator<InternalRow> rows);
    }

    /** The rows in blocks, each in the task that it goes to and with its number. */
    static RDD<Tuple2<Integer, byte[]>> exchanged(Dataset<Row> rows, int tasks, Sending sending) {
        RDD<Tuple2<Integer, byte[]>> blocks =
                Internals.made(rows, part -> new Blocks(sending.send(part), tasks), Tuple2.class);
        return new ShuffledRDD<>(
                blocks, new HashPartitioner(tasks), ClassTag$.MODULE$.apply(Integer.class), BYTES, BYTES);
    }

    /** The rows of blocks, one object each time. */
    static Iterator<InternalRow> rows(Iterator<Tuple2<Integer, byte[]>> blocks, int columns) {
        return new Rows(blocks, columns);
    }

    /** Blocks of rows, each with the task that it goes to: for each row the number of its bytes, and these. */
    private static final class Blocks implements Iterator<Tuple2<Integer, byte[]>> {
        private final Sent rows;
        private final int bytes;
        private final byte[][] open;
        private final int[] filled;
        private Tuple2<Integer, byte[]> full;
        private int next;

        Blocks(Sent rows, int tasks) {
            this.rows = rows;
            bytes = Math.max(FEWEST_BYTES, Math.min(BYTES_OF_A_BLOCK, BYTES_OF_ALL_BLOCKS / tasks));
            open = new byte[tasks][];
            filled = new int[tasks];
        }

        @Override
        public boolean hasNext() {
            while (full == null && rows.hasNext()) {
                add((UnsafeRow) rows.next(), rows.task());
            }
            while (full == null && next < open.length) {
                close(next++);
            }
            return full != null;
        }

        @Override
        public Tuple2<Integer, byte[]> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Tuple2<Integer, byte[]> block = full;
            full = null;
            return block;
        }

        private void add(UnsafeRow row, int task) {
            int size = row.getSizeInBytes();
            int needed = Math.addExact(Integer.BYTES, size);
            if (open[task] == null || needed > open[task].length - filled[task]) {
                close(task);
                open[task] = new byte[Math.max(bytes, needed)];
            }
            long at = Platform.BYTE_ARRAY_OFFSET + (long) filled[task];
            Platform.putInt(open[task], at, size);
            Platform.copyMemory(row.getBaseObject(), row.getBaseOffset(), open[task], at + Integer.BYTES, size);
            filled[task] += needed;
        }

        private void close(int task) {
            if (filled[task] > 0) {
                full = new Tuple2<>(task, Arrays.copyOf(open[task], filled[task]));
                filled[task] = 0;
                open[task] = null;
            }
        }
    }

    /** The rows of blocks, one object each time. */
    private static final class Rows implements Iterator<InternalRow> {
        private final Iterator<Tuple2<Integer, byte[]>> blocks;
        private final UnsafeRow row;
        private byte[] block = {};
        private int at;

        Rows(Iterator<Tuple2<Integer, byte[]>> blocks, int columns) {
            this.blocks = blocks;
            row = new UnsafeRow(columns);
        }

        @Override
        public boolean hasNext() {
            while (at == block.length && blocks.hasNext()) {
                block = blocks.next()._2();
                at = 0;
            }
            return at < block.length;
        }

        @Override
        public InternalRow next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            long from = Platform.BYTE_ARRAY_OFFSET + (long) at;
            int size = Platform.getInt(block, from);
            row.pointTo(block, from + Integer.BYTES, size);
            at += Integer.BYTES + size;
            return row;
        }
    }
}
