package dev.sluice.adapter.redis;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.net.SocketTimeoutException;
import java.util.List;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** What it means when Redis refuses or does not answer. */
final class Refusals {
    private static final String AGAIN = ", then run the same command again, which pushes the whole interval";

    /** What Redis says while it starts, changes its master, is busy with a script, or has lost the script that we sent. */
    private static final List<String> PASSING =
            List.of("LOADING", "MASTERDOWN", "READONLY", "BUSY", "TRYAGAIN", "NOSCRIPT");

    private static final List<String> DENIED =
            List.of("NOAUTH", "WRONGPASS", "NOPERM", "ERR AUTH", "ERR invalid password");

    private Refusals() {}

    /** Whether the same may work in a moment. */
    static boolean isPassing(JedisException refusal) {
        return refusal instanceof JedisConnectionException || begins(refusal, PASSING);
    }

    /** In words for a user. */
    static SluiceException explain(String store, JedisException refusal) {
        String said = ": " + refusal.getMessage();
        if (begins(refusal, DENIED)) {
            return new SluiceException(
                    ErrorCode.ACCESS_DENIED,
                    "the online store " + store + " does not let this user in, or not do what is needed" + said,
                    "check user and password of the connection, and that the user may run HGET, HMGET, HSET, HDEL,"
                            + " HKEYS, PEXPIRETIME, PEXPIREAT, PERSIST, EVALSHA, SCRIPT LOAD and INFO",
                    refusal);
        }
        if (begins(refusal, List.of("OOM"))) {
            return new SluiceException(
                    ErrorCode.ONLINE_STORE_FULL,
                    "the online store " + store + " has no memory left" + said,
                    "raise its maxmemory, or let views expire (push.views.NAME.expire_after)" + AGAIN,
                    refusal);
        }
        if (isPassing(refusal)) {
            boolean slow = causedBy(refusal, SocketTimeoutException.class);
            return new SluiceException(
                    ErrorCode.ONLINE_STORE_UNAVAILABLE,
                    "the online store " + store + (slow ? " does not answer in time" : " cannot be reached") + said,
                    (slow
                                    ? "raise timeout of the connection or lower push.rows_per_second"
                                    : "check that it runs and that the connection's address is right")
                            + AGAIN,
                    refusal);
        }
        return new SluiceException(
                ErrorCode.ONLINE_STORE_REFUSED,
                "the online store " + store + " refuses what it is sent" + said,
                "see that it is a Redis 7.0 or newer, that nothing but Feast and Sluice writes to this database, and what"
                        + " its log says",
                refusal);
    }

    private static boolean begins(JedisException refusal, List<String> words) {
        String said = String.valueOf(refusal.getMessage());
        return words.stream().anyMatch(said::startsWith);
    }

    private static boolean causedBy(Throwable failure, Class<?> kind) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (kind.isInstance(t)) {
                return true;
            }
        }
        return false;
    }
}
