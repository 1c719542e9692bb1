package dev.sluice.adapter.jdbc;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.Set;

/** What it means when the database of an online store refuses, by the codes of PostgreSQL's manual, appendix A. */
final class OnlineRefusals {
    private static final String AGAIN = ", then run the same command again, which pushes the whole interval";

    /** No space on the disk, no memory. */
    private static final Set<String> FULL = Set.of("53100", "53200");

    /** A lock that is not had in time; a standby that has not been made the primary yet; a table that another has just made. */
    private static final Set<String> PASSING = Set.of("55P03", "25006", "23505", "42P07");

    private OnlineRefusals() {}

    /** Whether the same may work in a moment: also after lost connections, deadlocks, exhausted resources, operators. */
    static boolean isPassing(SQLException refused) {
        String state = String.valueOf(refused.getSQLState());
        return !isDenied(state)
                && !FULL.contains(state)
                && (PASSING.contains(state)
                        || state.startsWith("08")
                        || state.startsWith("40")
                        || state.startsWith("53")
                        || state.startsWith("57"));
    }

    /** In words for a user. */
    static SluiceException explain(PostgresStore store, SQLException refused) {
        String state = String.valueOf(refused.getSQLState());
        if (isDenied(state)) {
            return because(
                    ErrorCode.ACCESS_DENIED,
                    store,
                    "does not let " + store.user() + " in, or not do what is needed",
                    "check user and password of the connection, and that the user may use the schema, make tables in it or has"
                            + " SELECT, INSERT, UPDATE and DELETE on those that are there",
                    refused);
        }
        if (state.equals("3D000") || state.equals("3F000")) {
            return because(
                    ErrorCode.PLAN_INVALID,
                    store,
                    "has no such " + (state.equals("3D000") ? "database" : "schema"),
                    "correct the url of the connection, or have it made",
                    refused);
        }
        if (FULL.contains(state)) {
            return because(
                    ErrorCode.ONLINE_STORE_FULL,
                    store,
                    "has no space left",
                    "give it more, or let views expire (push.views.NAME.expire_after)" + AGAIN,
                    refused);
        }
        if (isPassing(refused)) {
            boolean slow = causedBy(refused, SocketTimeoutException.class);
            return because(
                    ErrorCode.ONLINE_STORE_UNAVAILABLE,
                    store,
                    slow ? "does not answer in time" : "cannot be reached or has no time",
                    (slow
                                    ? "raise socketTimeout in the url of the connection or lower push.rows_per_second"
                                    : "check that it runs and that the connection's url is right")
                            + AGAIN,
                    refused);
        }
        return because(
                ErrorCode.ONLINE_STORE_REFUSED,
                store,
                "refuses what it is sent (" + state + ")",
                "see that nothing but Feast and Sluice made the tables that are named PROJECT_VIEW, and what its log says",
                refused);
    }

    private static boolean isDenied(String state) {
        return state.startsWith("28")
                || state.equals("08004")
                || state.equals("42501"); // 08004: nothing to log in with
    }

    private static boolean causedBy(Throwable failure, Class<?> kind) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (kind.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    private static SluiceException because(
            ErrorCode code, PostgresStore store, String what, String action, SQLException refused) {
        return new SluiceException(
                code,
                "the online store " + store.name() + " " + what + ": "
                        + String.valueOf(refused.getMessage())
                                .lines()
                                .findFirst()
                                .orElse(""),
                action,
                refused);
    }
}
