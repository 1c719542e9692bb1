package dev.sluice.adapter.deequ;

import com.amazon.deequ.analyzers.Analyzer;
import com.amazon.deequ.metrics.Metric;
import dev.sluice.config.Check;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.CheckResult.Source;
import dev.sluice.quality.Words;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks that are decided for the rows of each value of a column by themselves. Rows without a value belong to no group. */
final class PerGroup {
    /** Of more groups there is no verdict: they would all come to the driver. */
    static final int MOST = 10_000;

    private final Shown shown;
    private final Map<String, GroupJudge> asked = new LinkedHashMap<>();
    private final Map<String, Set<Analyzer<?, Metric<?>>>> wanted = new LinkedHashMap<>();

    PerGroup(Shown shown) {
        this.shown = shown;
    }

    /** What one group has. */
    record Group(String value, long rows, Map<Analyzer<?, Metric<?>>, Metric<?>> metrics) {}

    void ask(String name, Check check, List<Bounded> parts) {
        GroupJudge judge = new GroupJudge(check, parts, shown);
        asked.put(name, judge);
        measure(judge.per(), judge.analyzers());
    }

    /** What is to be measured of each group besides. */
    void measure(String per, Set<Analyzer<?, Metric<?>>> analyzers) {
        wanted.computeIfAbsent(per, column -> new LinkedHashSet<>()).addAll(analyzers);
    }

    /** What is to be measured of the rows of each value of a column, by the column. */
    Map<String, Set<Analyzer<?, Metric<?>>>> wanted() {
        return wanted;
    }

    /** The verdicts, by the checks' names. */
    Map<String, Verdict> answer(Metrics metrics) {
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        asked.forEach((name, one) -> verdicts.put(
                name,
                one.isOfGroupings()
                        ? one.verdict(metrics.groupings().ofEach(one.per()), Source.GROUPING)
                        : one.verdict(metrics.ofEach(one.per()), Source.DEEQU)));
        return verdicts;
    }

    /**
     * Passes when there are not too many groups.
     *
     * @throws SluiceException PLAN_INVALID when there are
     */
    static void requireFew(String column, int groups) {
        if (groups > MOST) {
            throw new SluiceException(
                    ErrorCode.PLAN_INVALID,
                    "checks are decided for each value of " + column + ": expected at most " + Words.count(MOST)
                            + " values, found more",
                    "name a column with fewer values in per, or say it of each row by a rule");
        }
    }
}
