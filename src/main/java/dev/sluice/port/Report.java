package dev.sluice.port;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A report for people, before it has a form. */
public record Report(String title, String subtitle, List<Section> sections) {
    public Report {
        Objects.requireNonNull(title, "title");
        sections = List.copyOf(sections);
    }

    /** A headline with blocks below it. */
    public record Section(String title, List<Block> blocks) {
        public Section {
            blocks = List.copyOf(blocks);
        }
    }

    /** One thing to look at. */
    public sealed interface Block {
        /** Plain words. */
        record Text(String text) implements Block {}

        /** Short facts: name and value. */
        record Facts(Map<String, String> facts) implements Block {}

        /**
         * Rows of text; cells that read as numbers are aligned right. A status cell is pass, warn, fail or inconclusive, or ok,
         * breach or not judged.
         */
        record Table(List<String> header, List<List<String>> rows) implements Block {
            public Table {
                header = List.copyOf(header);
                rows = List.copyOf(rows);
            }
        }

        /** Lines over a common x axis. */
        record Lines(String title, String x, String y, List<Series> series) implements Block {
            public Lines {
                series = List.copyOf(series);
            }
        }

        /** One bar per category. */
        record Bars(String title, String x, String y, List<String> categories, List<Double> values) implements Block {
            public Bars {
                categories = List.copyOf(categories);
                values = List.copyOf(values);
            }
        }

        /**
         * How each two of several things go together: 1 where in step, -1 where against one another.
         *
         * @param values a row for each name with a value for each, NaN where there is none; equal on both sides of the diagonal
         */
        record HeatMap(String title, List<String> names, List<List<Double>> values) implements Block {
            public HeatMap {
                names = List.copyOf(names);
                values = values.stream().map(List::copyOf).toList();
                int size = names.size();
                if (values.size() != size || values.stream().anyMatch(row -> row.size() != size)) {
                    throw new IllegalArgumentException("expected a value for each two of " + size + " names");
                }
            }
        }

        /** Which share of the whole each category has, side by side: before and now. */
        record Shares(String title, String x, String y, List<String> categories, Values before, Values now)
                implements Block {
            public Shares {
                categories = List.copyOf(categories);
                if (before.values().size() != categories.size() || now.values().size() != categories.size()) {
                    throw new IllegalArgumentException("expected " + categories.size() + " shares twice, found "
                            + before.values().size() + " and " + now.values().size());
                }
            }
        }
    }

    /** A value per category. */
    public record Values(String name, List<Double> values) {
        public Values {
            values = List.copyOf(values);
        }
    }

    /** Points of one line, in order of x. */
    public record Series(String name, List<Double> x, List<Double> y) {
        public Series {
            x = List.copyOf(x);
            y = List.copyOf(y);
        }
    }
}
