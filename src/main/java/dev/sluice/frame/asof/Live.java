package dev.sluice.frame.asof;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** The rows of one key that are younger than a span, and aggregates that follow them as they come and go. */
final class Live implements Track.State {
    private final long over;
    private final List<Summary> summaries;
    private final List<Running> running;
    private final PriorityQueue<Track.Event> rows = new PriorityQueue<>(Comparator.comparingLong(Track.Event::time));

    Live(long over, List<Summary> summaries) {
        this.over = over;
        this.summaries = summaries;
        this.running = summaries.stream().map(Summary::running).toList();
    }

    @Override
    public void learn(Track.Event event) {
        forget(event.known());
        if (event.time() > event.known() - over) {
            rows.add(event);
            change(event, Running::add);
        }
    }

    @Override
    public void answer(long asOf, Object[] row, int at) {
        forget(asOf);
        for (int i = 0; i < running.size(); i++) {
            row[at + i] = running.get(i).result(asOf);
        }
    }

    private void forget(long now) {
        while (!rows.isEmpty() && rows.element().time() <= now - over) {
            change(rows.remove(), Running::remove);
        }
    }

    private void change(Track.Event event, Change change) {
        for (int i = 0; i < running.size(); i++) {
            Object value = event.values().get(summaries.get(i).at());
            if (value != null) {
                change.apply(running.get(i), event, value);
            }
        }
    }

    @FunctionalInterface
    private interface Change {
        void apply(Running running, Track.Event event, Object value);
    }
}
