package dev.sluice.step.push;

import com.google.common.util.concurrent.RateLimiter;
import dev.sluice.config.Push;
import dev.sluice.port.OnlineMatch;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineView;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/** What a task does: pushes its rows in batches, reads some of them back, and answers with one row, its {@link Tally}. */
final class PushRows implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    private static final int BATCH = 500;
    /** Rows of a task that are read back, drawn evenly, where not all are. */
    private static final int SAMPLE = 100;

    private final OnlineStore store;
    private final OnlineView view;
    /** Rows per second of one task; infinite without a limit. */
    private final double rate;

    private final Push.ReadBack readBack;

    PushRows(OnlineStore store, OnlineView view, double rate, Push.ReadBack readBack) {
        this.store = store;
        this.view = view;
        this.rate = rate;
        this.readBack = readBack;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        if (!rows.hasNext()) {
            return List.<Row>of().iterator();
        }
        try (OnlineStore.Session session = store.open(view)) {
            return List.of(new Task(session).push(rows).row()).iterator();
        }
    }

    /** One pass over the rows of a task. */
    private final class Task {
        private final OnlineStore.Session session;
        private final Optional<RateLimiter> limit =
                Double.isInfinite(rate) ? Optional.empty() : Optional.of(RateLimiter.create(rate));
        private final int batchSize = (int) Math.max(1, Math.min(BATCH, rate));
        private final List<OnlineRow> batch = new ArrayList<>();
        private final List<OnlineRow> gone = new ArrayList<>();
        private final List<OnlineRow> sample = new ArrayList<>();
        private final Matches.Counter matches =
                new Matches.Counter(view.features().size());
        private final Random random = new Random(1);
        private int offered;
        private long pushed;
        private long deleted;
        private long older;
        private long superseded;
        private long keyless;
        private long expired;

        Task(OnlineStore.Session session) {
            this.session = session;
        }

        Tally push(Iterator<Row> rows) {
            rows.forEachRemaining(this::take);
            pushed += flush(batch);
            deleted += flush(gone);
            compare(sample);
            return new Tally(pushed, deleted, older, superseded, keyless, expired, matches.done());
        }

        private void take(Row row) {
            long number = ViewRows.rows(row);
            Optional<OnlineRow> online = ViewRows.online(view, row);
            if (online.isEmpty()) {
                keyless += number;
                return;
            }
            superseded += number - 1;
            if (isExpired(online.get())) {
                expired++;
            } else if (online.get().isDeleted()) {
                gone.add(online.get());
                deleted += gone.size() == batchSize ? flush(gone) : 0;
            } else {
                batch.add(online.get());
                pushed += batch.size() == batchSize ? flush(batch) : 0;
            }
        }

        private boolean isExpired(OnlineRow row) {
            return view.endsAt(row.eventMicros()) <= System.currentTimeMillis();
        }

        /** Writes rows, and answers how many the store has now. */
        private int flush(List<OnlineRow> rows) {
            if (rows.isEmpty()) {
                return 0;
            }
            limit.ifPresent(tokens -> tokens.acquire(rows.size()));
            int written = session.write(rows);
            older += rows.size() - written;
            if (readBack == Push.ReadBack.ALL) {
                compare(rows);
            } else {
                rows.forEach(this::offer);
            }
            rows.clear();
            return written;
        }

        /** Each row has the same chance to be in the sample in the end. */
        private void offer(OnlineRow row) {
            offered++;
            if (sample.size() < SAMPLE) {
                sample.add(row);
            } else {
                int place = random.nextInt(offered);
                if (place < SAMPLE) {
                    sample.set(place, row);
                }
            }
        }

        /** What has ended meanwhile may be gone, and says nothing. */
        private void compare(List<OnlineRow> rows) {
            if (rows.isEmpty()) {
                return;
            }
            List<List<OnlineMatch>> found = session.compare(rows);
            for (int i = 0; i < rows.size(); i++) {
                if (!isExpired(rows.get(i))) {
                    matches.add(found.get(i));
                }
            }
        }
    }
}
