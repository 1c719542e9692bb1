package dev.sluice.step.push;

import com.google.common.util.concurrent.RateLimiter;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineView;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/** What a task does: pushes its rows in batches, reads some of them back, and answers with one row, its {@link Tally}. */
final class PushRows implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    private static final int BATCH = 500;
    /** Rows of a task that are read back, drawn evenly. */
    private static final int SAMPLE = 100;

    private final OnlineStore store;
    private final OnlineView view;
    /** Rows per second of one task; infinite without a limit. */
    private final double rate;

    PushRows(OnlineStore store, OnlineView view, double rate) {
        this.store = store;
        this.view = view;
        this.rate = rate;
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
        private final List<OnlineRow> sample = new ArrayList<>();
        private final Random random = new Random(1);
        private int offered;
        private long pushed;
        private long older;
        private long superseded;
        private long keyless;
        private long expired;

        Task(OnlineStore.Session session) {
            this.session = session;
        }

        Tally push(Iterator<Row> rows) {
            rows.forEachRemaining(this::take);
            flush();
            return readBack();
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
                return;
            }
            batch.add(online.get());
            if (batch.size() == batchSize) {
                flush();
            }
        }

        private boolean isExpired(OnlineRow row) {
            return view.endsAt(row.eventMicros()) <= System.currentTimeMillis();
        }

        private void flush() {
            if (batch.isEmpty()) {
                return;
            }
            limit.ifPresent(tokens -> tokens.acquire(batch.size()));
            int written = session.write(batch);
            pushed += written;
            older += batch.size() - written;
            batch.forEach(this::offer);
            batch.clear();
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

        private Tally readBack() {
            long differing = 0;
            Set<String> features = new TreeSet<>();
            for (OnlineRow row : sample) {
                Set<String> wrong = session.differing(row);
                if (!wrong.isEmpty() && !isExpired(row)) {
                    differing++;
                    features.addAll(wrong);
                }
            }
            return new Tally(pushed, older, superseded, keyless, expired, sample.size(), differing, features);
        }
    }
}
