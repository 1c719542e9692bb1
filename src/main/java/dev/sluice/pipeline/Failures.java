package dev.sluice.pipeline;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.Locale;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.AnalysisException;

/**
 * Says who can act on a failure that nobody foresaw, by walking its causes. What is not recognised is a bug: it never
 * becomes retryable, since blind retries cost hours.
 */
public final class Failures {
    private Failures() {}

    /** The failure in the words of the catalogue; one that has them already is returned as it is. */
    public static SluiceException classify(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SluiceException known) {
                return known;
            }
        }
        // Sessions and file systems then close under whoever still uses them.
        if (ShutdownHookManager.get().isShutdownInProgress()) {
            return ended(failure);
        }
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage());
            if (t instanceof AccessDeniedException
                    || t instanceof AccessControlException
                    || message.contains("Permission denied")) {
                return new SluiceException(
                        ErrorCode.ACCESS_DENIED,
                        first(message),
                        "give this user the right to read and write there",
                        failure);
            }
            if (t instanceof SocketTimeoutException
                    || t instanceof ConnectException
                    || t instanceof UnknownHostException
                    || message.contains("SlowDown")
                    || message.toLowerCase(Locale.ROOT).contains("no space left on device")) {
                return new SluiceException(
                        ErrorCode.STORAGE_UNAVAILABLE,
                        first(message),
                        "check the network and the disks, then run the same command again",
                        failure);
            }
            if (message.contains("SparkContext was shut down") || t instanceof InterruptedException) {
                return ended(failure);
            }
            if (t instanceof AnalysisException) {
                return new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        first(message),
                        "compare the expression with the columns that the table really has",
                        failure);
            }
        }
        return new SluiceException(
                ErrorCode.UNEXPECTED,
                failure.getClass().getSimpleName() + ": " + first(String.valueOf(failure.getMessage())),
                "this is a bug of Sluice or of code it was given: report it with the log of this run",
                failure);
    }

    private static SluiceException ended(Throwable failure) {
        return new SluiceException(
                ErrorCode.INTERRUPTED,
                "the run was ended from outside",
                "run the same command again: it goes on from here",
                failure);
    }

    private static String first(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
