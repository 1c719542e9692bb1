package dev.sluice.quality;

import dev.sluice.config.Check;
import dev.sluice.config.Contract;
import dev.sluice.port.CheckEngine;
import dev.sluice.port.CheckResult;
import dev.sluice.port.Judged;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Everything that a pipeline promises of a table, decided together: its checks and its contract. */
public final class TableVerdicts {
    private TableVerdicts() {}

    /**
     * The verdicts of the checks, then those of the contract as of training. Keys of the contract that the profile cannot decide
     * are counted with those of the checks.
     *
     * @param judged the rows; values of the contract's sensitive columns are told to nobody
     */
    public static List<CheckResult> of(
            Map<String, Check> checks, Optional<Contract> contract, CheckEngine engine, Judged judged) {
        List<ContractVerdict> promises = contract.map(
                        known -> ContractChecks.evaluate(known, judged.profile(), Contract.Environment.TRAINING))
                .orElse(List.of());
        Map<String, Check> counted = new LinkedHashMap<>();
        promises.stream()
                .filter(promise -> promise.anomaly().equals(Optional.of(AnomalyCode.UNIQUE_UNDECIDED)))
                .map(ContractVerdict::result)
                .forEach(result ->
                        counted.put(result.check(), new Check.Unique(List.of(result.column()), Check.TableElse.FAIL)));
        Map<String, Check> all = new LinkedHashMap<>(checks);
        all.putAll(counted);
        Map<String, CheckResult> decided = new LinkedHashMap<>();
        engine.evaluate(all, judged.masking(contract.map(Contract::sensitive).orElse(Set.of())))
                .forEach(result -> decided.put(result.check(), result));
        List<CheckResult> verdicts = new ArrayList<>();
        checks.keySet().forEach(name -> verdicts.add(decided.get(name)));
        promises.stream()
                .map(ContractVerdict::result)
                .forEach(result -> verdicts.add(decided.getOrDefault(result.check(), result)));
        return List.copyOf(verdicts);
    }
}
