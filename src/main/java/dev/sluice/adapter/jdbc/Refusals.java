package dev.sluice.adapter.jdbc;

import dev.sluice.config.Connection;
import dev.sluice.config.Read;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.sql.SQLException;

/**
 * What it means when the database refuses, by the codes of PostgreSQL's manual, appendix A: its messages may be in any
 * language.
 */
final class Refusals {
    private final Read.Jdbc read;
    private final Connection.Jdbc connection;
    private final String source;

    /**
     * Refusals of one source.
     *
     * @param source its name in the pipeline
     */
    Refusals(Read.Jdbc read, Connection.Jdbc connection, String source) {
        this.read = read;
        this.connection = connection;
        this.source = source;
    }

    SluiceException explain(SQLException refused) {
        String state = String.valueOf(refused.getSQLState());
        if (state.startsWith("28") || state.equals("08004")) { // the latter: nothing to log in with
            return because(
                    ErrorCode.ACCESS_DENIED,
                    "does not let " + connection.user() + " in",
                    "check user and password of connection " + read.connection(),
                    refused);
        }
        if (state.equals("42501")) {
            return because(
                    ErrorCode.ACCESS_DENIED,
                    "does not let " + connection.user() + " read " + read.table(),
                    "have its owner run GRANT SELECT ON " + read.table() + " TO " + connection.user()
                            + ", and GRANT USAGE on its schema",
                    refused);
        }
        if (state.equals("42P01") || state.equals("3F000")) {
            return because(
                    ErrorCode.INPUT_MISSING,
                    "has no table " + read.table(),
                    "check the name, which is taken letter by letter, and its schema; or wait for the table",
                    refused);
        }
        if (state.equals("3D000")) {
            return because(
                    ErrorCode.PLAN_INVALID,
                    "has no such database",
                    "correct the url of connection " + read.connection(),
                    refused);
        }
        if (isPassing(state)) {
            return because(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "cannot be reached or has no time",
                    "check that the database runs and that the url of connection " + read.connection()
                            + " is right, then run the same command again",
                    refused);
        }
        return because(
                ErrorCode.UNEXPECTED,
                "refused a query (" + state + ")",
                "this is a bug of Sluice, or of a view that it read: report it with the log of this run",
                refused);
    }

    /** Lost connections, conflicts, exhausted resources, operators: what is otherwise when asked again. */
    private static boolean isPassing(String state) {
        return state.startsWith("08") || state.startsWith("40") || state.startsWith("53") || state.startsWith("57");
    }

    private SluiceException because(ErrorCode code, String what, String action, SQLException refused) {
        return new SluiceException(
                code,
                "the database of source " + source + " (" + connection.url() + ") " + what + ": "
                        + String.valueOf(refused.getMessage())
                                .lines()
                                .findFirst()
                                .orElse(""),
                action,
                refused);
    }
}
