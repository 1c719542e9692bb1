package dev.sluice.step.monitor;

import dev.sluice.config.Monitor;
import dev.sluice.quality.Verdict;
import java.util.List;

/**
 * Whether the record of a model version asks for retraining: enough breaches among the last intervals, and the latest is one.
 * A single bad day is not enough where the rule wants more, and neither are old ones once a day is good again.
 *
 * @param breaches breaches among the last intervals, the latest included
 */
record MonitorDecision(Verdict verdict, int breaches, String reason) {

    /**
     * Decides.
     *
     * @param latest verdict of the interval that is judged
     * @param earlier verdicts of the intervals before it, newest first; more than the rule looks at do not matter
     */
    static MonitorDecision of(Monitor.Breach rule, Verdict latest, List<Verdict> earlier) {
        List<Verdict> before = earlier.subList(0, Math.min(earlier.size(), rule.ofLast() - 1));
        int breaches =
                (int) before.stream().filter(Verdict.BREACH::equals).count() + (latest == Verdict.BREACH ? 1 : 0);
        String count = breaches + " of the last " + (before.size() + 1) + " intervals breach, " + rule.atLeast()
                + " of " + rule.ofLast() + " ask for retraining";
        if (latest != Verdict.BREACH) {
            return new MonitorDecision(latest, breaches, count + "; the latest is " + latest.word());
        }
        boolean enough = breaches >= rule.atLeast();
        return new MonitorDecision(enough ? Verdict.BREACH : Verdict.WARN, breaches, count);
    }
}
