package dev.sluice.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.ExitCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.Interval;
import dev.sluice.core.Location;
import dev.sluice.core.SluiceException;
import dev.sluice.port.Maintenance;
import dev.sluice.port.RecordTables;
import dev.sluice.port.Storage;
import dev.sluice.port.Tables;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * Runs the works of a pipeline: plan, lease, one after the other, record. Running again is resuming, since what is recorded
 * as done is not done again, and what was killed half-way finds its own commits.
 */
public final class Runner {
    /** Beyond so many files a table of records is written into one. */
    private static final int MANY_FILES = 64;

    private final Supplier<SparkSession> spark;
    private final String pipeline;
    private final ZoneId zone;
    private final List<Work> works;
    private final Tables tables;
    private final RecordTables recordTables;
    private final Storage storage;
    private final Publisher publisher;
    private final Progress progress;
    private final String code;
    private final Map<String, Location> places;

    /**
     * A runner of one pipeline.
     *
     * @param spark asked when there is work to do, and not before
     * @param works all works, in the order of the life cycle
     * @param code version of Sluice, for the records
     * @param places where targets stand in the pipeline file
     */
    public Runner(
            Supplier<SparkSession> spark,
            String pipeline,
            ZoneId zone,
            List<Work> works,
            Tables tables,
            RecordTables recordTables,
            Storage storage,
            Publisher publisher,
            Progress progress,
            String code,
            Map<String, Location> places) {
        this.spark = spark;
        this.pipeline = pipeline;
        this.zone = zone;
        this.works = List.copyOf(works);
        this.tables = tables;
        this.recordTables = recordTables;
        this.storage = storage;
        this.publisher = publisher;
        this.progress = progress;
        this.code = code;
        this.places = Map.copyOf(places);
    }

    /**
     * What is asked for.
     *
     * @param intervals oldest first
     */
    public record Request(String runId, Set<Step> steps, List<Interval> intervals, boolean force) {
        public Request {
            steps = Set.copyOf(steps);
            intervals = List.copyOf(intervals);
            if (intervals.isEmpty()) {
                throw new IllegalArgumentException("a run is about at least one interval");
            }
        }

        private Interval span() {
            return new Interval(
                    intervals.get(0).from(), intervals.get(intervals.size() - 1).to());
        }
    }

    /**
     * How a run ended.
     *
     * @param status its {@code status.json}; null where none could be written, or was not to be
     */
    public record Outcome(ExitCode exit, Optional<SluiceException> failure, JsonNode status) {}

    /** What a run would do. */
    public List<Plan> plan(Request request) {
        LakeRecords records = new LakeRecords(recordTables, pipeline, request.runId(), new NoFence());
        return request.intervals().stream()
                .map(interval -> Plan.make(pipeline, works, request.steps(), interval, records, force(request)))
                .toList();
    }

    /** Runs; whatever happens ends in an outcome, and in a {@code status.json} where one can be written. */
    public Outcome run(Request request) {
        RunStatus status = new RunStatus(storage, pipeline, request.runId(), request.span());
        String[] at = new String[1];
        try (Lease lease = Lease.take(storage, pipeline, request.runId(), Lease.Timing.USUAL)) {
            status.running();
            ExitCode exit = ExitCode.OK;
            LakeRecords records = new LakeRecords(recordTables, pipeline, request.runId(), lease);
            for (Interval interval : request.intervals()) {
                ExitCode one = runInterval(request, interval, lease, records, status, at);
                exit = one == ExitCode.OK ? exit : one;
            }
            records.written().stream()
                    .filter(table -> recordTables.files(table) > MANY_FILES)
                    .forEach(table -> tables.maintain(table, Maintenance.JOIN));
            return new Outcome(exit, Optional.empty(), status.end(exit, Optional.empty(), Optional.empty()));
        } catch (Exception | Error failure) { // Spark throws checked ones that no signature names
            SluiceException known = Failures.classify(failure).at(at[0] == null ? null : places.get(at[0]));
            return new Outcome(
                    known.code().exit(), Optional.of(known), failed(known, Optional.ofNullable(at[0]), status));
        }
    }

    /** Writes the status of a failed run; null where none is written, which never hides the failure. */
    private static JsonNode failed(SluiceException failure, Optional<String> at, RunStatus status) {
        // A run that was never let in must not overwrite the status of the one that holds the lease under the same id.
        if (failure.code() == ErrorCode.LEASE_HELD) {
            return null;
        }
        try {
            return status.end(failure.code().exit(), Optional.of(failure), at);
        } catch (Exception | Error second) {
            failure.addSuppressed(second);
            return null;
        }
    }

    private ExitCode runInterval(
            Request request, Interval interval, Lease lease, LakeRecords records, RunStatus status, String[] at) {
        records.about(interval);
        ExitCode exit = ExitCode.OK;
        Plan plan = Plan.make(pipeline, works, request.steps(), interval, records, force(request));
        for (Plan.Item item : plan.items()) {
            String target = item.work().target();
            at[0] = target;
            if (item.decision() == Plan.Decision.DONE) {
                StepResult before = records.done(item.key()).orElseThrow().result();
                say(interval, target, "already done");
                status.add(new RunStatus.Line(target, interval, "DONE_BEFORE", before, 0));
                exit = before.exit() == ExitCode.OK ? exit : before.exit();
                if (before.exit() == ExitCode.NOTHING) {
                    break;
                }
                continue;
            }
            lease.check();
            FaultPoint.hit("step.before:" + target);
            StepRecord record = runOne(request, interval, item, lease, records);
            FaultPoint.hit("step.after:" + target);
            status.add(new RunStatus.Line(target, interval, "DONE", record.result(), record.seconds()));
            status.running();
            exit = record.result().exit() == ExitCode.OK
                    ? exit
                    : record.result().exit();
            if (record.result().exit() == ExitCode.NOTHING) {
                break;
            }
        }
        at[0] = null;
        return exit;
    }

    private StepRecord runOne(Request request, Interval interval, Plan.Item item, Lease lease, LakeRecords records) {
        String target = item.work().target();
        say(interval, target, "…");
        SparkSession session = spark.get();
        session.sparkContext().setJobGroup(target, "sluice " + target + " " + interval.text(zone), false);
        long start = System.nanoTime();
        StepResult result = item.work()
                .run(new StepContext(
                        session,
                        pipeline,
                        zone,
                        interval,
                        request.runId(),
                        item.key(),
                        lease,
                        tables,
                        storage,
                        publisher,
                        records,
                        records,
                        progress));
        double seconds = (System.nanoTime() - start) / 1e9;
        StepRecord record = new StepRecord(
                item.key(),
                request.runId(),
                target,
                interval,
                item.settings(),
                code,
                lease.epoch(),
                Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS),
                seconds,
                result);
        records.add(record);
        say(interval, target, summary(result, seconds));
        return record;
    }

    private static String summary(StepResult result, double seconds) {
        StringBuilder text = new StringBuilder();
        if (result.rowsIn() > 0 || result.rowsOut() > 0) {
            text.append(String.format(Locale.ROOT, "%,d rows in, %,d out", result.rowsIn(), result.rowsOut()));
            if (result.quarantined() > 0) {
                text.append(String.format(Locale.ROOT, ", %,d quarantined", result.quarantined()));
            }
            text.append(", ");
        }
        return text + String.format(Locale.ROOT, "%.1f s", seconds);
    }

    private void say(Interval interval, String target, String what) {
        progress.say(String.format(Locale.ROOT, "%s  %-28s %s", interval.text(zone), target, what));
    }

    private static Optional<String> force(Request request) {
        return request.force() ? Optional.of(request.runId()) : Optional.empty();
    }
}
