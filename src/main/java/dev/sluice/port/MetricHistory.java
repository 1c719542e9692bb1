package dev.sluice.port;

import dev.sluice.core.Interval;
import java.util.List;

/** Numbers that were measured of a table's rows for earlier intervals. */
@FunctionalInterface
public interface MetricHistory {
    /** Of rows that nothing is known of. */
    MetricHistory NONE = analyzer -> List.of();

    /**
     * The newest number of each interval that is as long as the one that is judged and ends before it begins, oldest first.
     *
     * @param analyzer as {@link MetricKey#analyzer} says it
     */
    List<Point> of(String analyzer);

    /** What was measured for one interval. */
    record Point(Interval interval, double value) {}
}
