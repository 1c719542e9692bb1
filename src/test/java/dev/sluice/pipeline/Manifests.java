package dev.sluice.pipeline;

import dev.sluice.core.Interval;
import dev.sluice.core.RunKey;
import dev.sluice.core.TableVersion;
import dev.sluice.port.RecordTables;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Manifests of works that nobody did, in the order in which they are written. */
public final class Manifests {
    private final RecordTables tables;
    private final Interval interval;
    private int written;

    public Manifests(RecordTables tables, Interval interval) {
        this.tables = tables;
        this.interval = interval;
    }

    /** The ledger of a pipeline, about the interval. */
    public Ledger ledger(String pipeline) {
        LakeRecords records = new LakeRecords(tables, pipeline, "by hand", new Held());
        records.about(interval);
        return records;
    }

    /** Writes one; tables are given as {@code bronze.rides@0}. */
    public void write(
            String pipeline, String target, List<String> read, List<String> wrote, Map<String, String> facts) {
        RunKey key = RunKey.of(pipeline, target, interval, "settings " + written);
        StepResult result = StepResult.of(
                facts,
                read.stream().map(TableVersion::parse).toList(),
                wrote.stream().map(TableVersion::parse).toList());
        Instant finished = Instant.parse("2024-04-01T00:00:00Z").plusSeconds(written++);
        new LakeRecords(tables, pipeline, "by hand", new Held())
                .add(new StepRecord(key, "by hand", target, interval, "0", "test", 1, finished, 0.5, result));
    }

    /** The fence of the one who writes by hand. */
    private static final class Held implements Fence {
        @Override
        public long epoch() {
            return 1;
        }

        @Override
        public void check() {
            // Nobody else is there.
        }
    }
}
