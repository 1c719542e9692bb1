package dev.sluice.quality;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.port.CheckResult;
import java.util.List;
import java.util.stream.Collectors;

/** What verdicts together mean for a table. */
public final class Verdicts {
    private Verdicts() {}

    /** The verdicts of a status, in order. */
    public static List<CheckResult> of(CheckResult.Status status, List<CheckResult> results) {
        return results.stream().filter(result -> result.status() == status).toList();
    }

    /**
     * Passes when no verdict is FAIL.
     *
     * @param hint what to do, and what has not happened because of it
     * @throws SluiceException CHECK_FAILED, naming every failed check
     */
    public static void requireNoneFailed(TableName table, List<CheckResult> results, String hint) {
        List<CheckResult> failed = of(CheckResult.Status.FAIL, results);
        if (!failed.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.CHECK_FAILED,
                    failed.stream().map(result -> describe(table, result)).collect(Collectors.joining("; ")),
                    hint);
        }
    }

    /** {@code unique_key of bronze.flights (flight_id): found …, expected …}. */
    public static String describe(TableName table, CheckResult result) {
        String column = result.column().isEmpty() ? "" : " (" + result.column() + ")";
        return result.check() + " of " + table + column + ": found " + result.found() + ", expected "
                + result.expected();
    }
}
