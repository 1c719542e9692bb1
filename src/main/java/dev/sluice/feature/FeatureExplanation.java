package dev.sluice.feature;

import dev.sluice.frame.asof.Extent;
import dev.sluice.frame.asof.History;
import dev.sluice.frame.asof.Reach;
import dev.sluice.frame.asof.Span;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How the features of a slice are computed, before they are.
 *
 * @param reach of the spine rows
 * @param passes in the order in which they are made
 */
public record FeatureExplanation(Reach reach, List<Met> passes) {
    public FeatureExplanation {
        passes = List.copyOf(passes);
    }

    /** A pass, and how much it reads of each of its histories. */
    public record Met(Pass pass, List<Read> histories) {
        public Met {
            histories = List.copyOf(histories);
        }
    }

    /** A history, and how much of it is read. */
    public record Read(History history, Extent extent) {
        /** How far before the first decision it is read; empty when all of it is. */
        public Optional<Duration> back() {
            List<Optional<Span>> spans = history.asks().stream().map(Read::span).toList();
            return spans.stream().allMatch(Optional::isPresent)
                    ? spans.stream().map(span -> span.orElseThrow().length()).max(Comparator.naturalOrder())
                    : Optional.empty();
        }

        private static Optional<Span> span(History.Ask ask) {
            return ask instanceof History.Ask.Window window
                    ? Optional.of(window.over())
                    : ((History.Ask.Newest) ask).maxAge();
        }
    }
}
