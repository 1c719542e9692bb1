package dev.sluice.config;

import java.util.List;
import java.util.Optional;

/** How rows get into a table. */
@Family(key = "mode")
@Doc("How rows get into a table.")
public sealed interface Write permits Write.Append, Write.Overwrite, Write.ReplaceInterval, Write.Merge, Write.Scd2 {
    /** Columns the table is partitioned by; may be empty. */
    List<String> partitionBy();

    /** Columns that tell when a row is, or which of two is the later one; may be empty. */
    default List<String> times() {
        return List.of();
    }

    /** The date column by which an interval's rows are found in the table; empty where they are not written by date. */
    default Optional<String> datedBy() {
        return Optional.empty();
    }

    /** The word of the mode in a pipeline file. */
    default String mode() {
        return getClass().getAnnotation(Name.class).value();
    }

    /** Whether an interval's rows can be written again in the place of what was written for it before. */
    default boolean replaces() {
        return this instanceof Overwrite || this instanceof ReplaceInterval;
    }

    @Name("append")
    @Doc(
            "The rows are added, once for an interval and settings; done again with other settings, or by force, they are added again.")
    record Append(@Doc("Partition columns.") @Name("partition_by") List<String> partitionBy) implements Write {
        public Append {
            partitionBy = List.copyOf(partitionBy);
        }
    }

    @Name("overwrite")
    @Doc("The rows become the whole table.")
    record Overwrite(@Doc("Partition columns.") @Name("partition_by") List<String> partitionBy) implements Write {
        public Overwrite {
            partitionBy = List.copyOf(partitionBy);
        }
    }

    @Name("replace_interval")
    @Doc("The rows replace what the table holds for the local dates of the interval, lookback included.")
    record ReplaceInterval(
            @Doc(
                            "Column of type date, in the pipeline's zone, that tells which dates a row belongs to; first partition column.")
                    String by,
            @Doc("Partition columns; the date column when left out.") @Name("partition_by") List<String> partitionBy)
            implements Write {
        public ReplaceInterval {
            partitionBy = partitionBy.isEmpty() ? List.of(by) : List.copyOf(partitionBy);
            Invalid.unless(
                    partitionBy.get(0).equals(by),
                    "partition_by",
                    "expected the date column '" + by + "' first, found '" + partitionBy.get(0) + "'");
        }

        @Override
        public Optional<String> datedBy() {
            return Optional.of(by);
        }

        @Override
        public List<String> times() {
            return List.of(by);
        }
    }

    @Name("merge")
    @Doc(
            "A row takes the place of the one with the same key, if it comes after it in the order; so intervals may come in any order. Of rows with one key the last in the order counts.")
    record Merge(
            @Doc("Columns, at least one, whose values tell which of two rows with the same key is the later one.")
                    @Name("order_by")
                    List<String> orderBy,
            @Doc("Partition columns.") @Name("partition_by") List<String> partitionBy)
            implements Write {
        public Merge {
            orderBy = List.copyOf(orderBy);
            partitionBy = List.copyOf(partitionBy);
            Invalid.unless(!orderBy.isEmpty(), "order_by", "expected at least one column, found none");
        }

        @Override
        public List<String> times() {
            return orderBy;
        }
    }

    @Name("scd2")
    @Doc(
            "A history of row versions: columns valid_from and valid_to are added. The source gives snapshots, each as of its interval's start; or rows that tell themselves since when they hold. Intervals may come in any order.")
    record Scd2(
            @Doc("Columns of a snapshot whose change opens a new version; all but the key when left out.")
                    List<String> track,
            @Doc(
                            "Timestamp column that tells since when a row holds: each row is then a version; when left out, rows are a snapshot.")
                    Optional<String> since,
            @Doc("What becomes of the version of a key that a snapshot lacks: it is closed, or it goes on.")
                    @Default("keep")
                    Deletes deletes)
            implements Write {
        public Scd2 {
            track = List.copyOf(track);
            Invalid.unless(
                    since.isEmpty() || track.isEmpty(),
                    "track",
                    "expected no tracked columns beside since, where each row is a version, found some");
            Invalid.unless(
                    since.isEmpty() || deletes == Deletes.KEEP,
                    "deletes",
                    "expected keep beside since, where rows are no snapshot that could lack a key, found close");
        }

        @Override
        public List<String> partitionBy() {
            return List.of();
        }

        @Override
        public List<String> times() {
            return since.stream().toList();
        }
    }

    /** What becomes of a key that a snapshot lacks. */
    enum Deletes {
        CLOSE,
        KEEP
    }
}
