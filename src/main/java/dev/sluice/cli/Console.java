package dev.sluice.cli;

import dev.sluice.core.Redactor;
import dev.sluice.core.SluiceException;

/** The one place that writes to the standard streams; no secret passes it. */
final class Console {
    private Console() {}

    /** A result, for pipes and files. */
    static void result(String text) {
        System.out.println(Redactor.global().redact(text));
    }

    /** A message for the person who waits. */
    static void message(String text) {
        System.err.println(Redactor.global().redact(text));
    }

    static void error(String text) {
        message("error: " + text);
    }

    /** What went wrong, where, and what to do: two lines. */
    static void failure(SluiceException failure) {
        error(failure.where().map(where -> where + ": ").orElse("") + failure.code() + ": " + failure.getMessage());
        message("  do: " + failure.hint());
        for (Throwable also : failure.getSuppressed()) {
            // What failed in the same way a second time says nothing new.
            if (!(also instanceof SluiceException known && known.code() == failure.code())) {
                message("  and then: " + also.getMessage());
            }
        }
        if (System.getenv("SLUICE_TRACE") != null) {
            StringBuilder trace = new StringBuilder();
            for (Throwable t = failure; t != null; t = t.getCause()) {
                trace.append(t).append('\n');
                for (StackTraceElement frame : t.getStackTrace()) {
                    trace.append("    at ").append(frame).append('\n');
                }
            }
            message(trace.toString());
        }
    }
}
