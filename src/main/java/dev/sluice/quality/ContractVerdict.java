package dev.sluice.quality;

import dev.sluice.port.CheckResult;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a promise of a contract is kept.
 *
 * @param anomaly what is wrong; empty where it is kept
 */
public record ContractVerdict(CheckResult result, Optional<AnomalyCode> anomaly) {
    public ContractVerdict {
        Objects.requireNonNull(result, "result");
        if (anomaly.isPresent() == (result.status() == CheckResult.Status.PASS)) {
            throw new IllegalArgumentException(result.status() + " does not fit " + anomaly);
        }
    }
}
