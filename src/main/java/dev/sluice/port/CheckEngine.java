package dev.sluice.port;

import dev.sluice.config.Check;
import java.util.List;
import java.util.Map;

/** Decides checks. */
public interface CheckEngine {
    /**
     * Decides each check, in order. Metrics that the profile holds are not computed again.
     *
     * @param checks by name
     */
    List<CheckResult> evaluate(Map<String, Check> checks, Judged judged);
}
