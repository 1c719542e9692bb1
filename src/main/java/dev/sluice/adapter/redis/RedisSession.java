package dev.sluice.adapter.redis;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.Column;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A view in Redis. A batch is two round trips: the stored event times are read and compared here, where a 64-bit number
 * is one; then each row that is not older is written by a script that first sees that the stored time is still the one compared
 * with. Who lost that race looks again.
 */
final class RedisSession implements OnlineStore.Session {
    private static final byte[] SCRIPT = script();
    private static final byte[] ABSENT = {'-'};
    private static final byte[] ONE_KEY = {'1'};
    private static final byte[] NEVER = {};

    /** A batch that fails is tried so often, over some three seconds: a Redis that restarts is back by then. */
    private static final int ATTEMPTS = 5;

    private static final long FIRST_PAUSE_MILLIS = 200;

    private final RedisStore store;
    private final OnlineView view;
    private final FeastKeys keys;
    private final List<byte[]> fields;
    private final byte[] timeField;
    private Connection connection;
    private byte[] scriptId;

    RedisSession(RedisStore store, OnlineView view) {
        this.store = store;
        this.view = view;
        this.keys = new FeastKeys(view);
        this.fields = fields(view);
        this.timeField = FeastKeys.timeField(view.name());
        attempt(open -> true);
    }

    private static List<byte[]> fields(OnlineView view) {
        Map<ByteBuffer, String> seen = new HashMap<>();
        List<byte[]> fields = new ArrayList<>();
        for (Column feature : view.features()) {
            byte[] field = FeastKeys.field(view.name(), feature.name());
            String other = seen.put(ByteBuffer.wrap(field), feature.name());
            if (other != null) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "features " + other + " and " + feature.name() + " of view " + view.name()
                                + " have the same field in Feast's format, which keeps a 32-bit hash of the name",
                        "give one of them another name");
            }
            fields.add(field);
        }
        return List.copyOf(fields);
    }

    @Override
    public int write(List<OnlineRow> rows) {
        List<Put> all = rows.stream().map(Put::new).toList();
        return attempt(open -> {
            int written = 0;
            List<Put> left = all;
            while (!left.isEmpty()) { // a lost race is one that somebody else has won
                List<Put> sent = send(open, left);
                List<Put> lost = lost(open, sent);
                written += sent.size() - lost.size();
                left = lost;
            }
            return written;
        });
    }

    /** A row on its way. */
    private final class Put {
        private final OnlineRow row;
        private final byte[] key;
        private final byte[][] encoded;

        Put(OnlineRow row) {
            this.row = row;
            this.key = keys.key(row.entity());
            this.encoded = encoded(row);
        }
    }

    /** Sends those that are not older than what is stored, without waiting for answers. */
    private List<Put> send(Connection open, List<Put> puts) {
        puts.forEach(put -> open.sendCommand(Command.HGET, put.key, timeField));
        List<Object> times = answers(open, puts.size());
        List<Put> sent = new ArrayList<>();
        for (int i = 0; i < puts.size(); i++) {
            byte[] stored = (byte[]) times.get(i);
            if (stored == null || !isAfter(stored, puts.get(i).row)) {
                open.sendCommand(Command.EVALSHA, arguments(puts.get(i), stored));
                sent.add(puts.get(i));
            }
        }
        return sent;
    }

    /** Those whose stored event time was no longer the one compared with. */
    private static List<Put> lost(Connection open, List<Put> sent) {
        List<Object> answers = answers(open, sent.size());
        return IntStream.range(0, sent.size())
                .filter(i -> !answers.get(i).equals(1L))
                .mapToObj(sent::get)
                .toList();
    }

    private boolean isAfter(byte[] stored, OnlineRow row) {
        try {
            return EventTime.isAfter(stored, row.eventMicros());
        } catch (IllegalArgumentException e) {
            throw new JedisDataException("the field _ts:" + view.name() + " of a hash is no event time", e);
        }
    }

    /** What the script is sent. */
    private byte[][] arguments(Put put, byte[] stored) {
        byte[][] encoded = put.encoded;
        byte[][] arguments = new byte[6 + encoded.length][];
        arguments[0] = scriptId;
        arguments[1] = ONE_KEY;
        arguments[2] = put.key;
        arguments[3] = timeField;
        arguments[4] = stored == null ? ABSENT : stored;
        arguments[5] = view.expires()
                ? Long.toString(view.endsAt(put.row.eventMicros())).getBytes(StandardCharsets.US_ASCII)
                : NEVER;
        System.arraycopy(encoded, 0, arguments, 6, encoded.length);
        return arguments;
    }

    /** Fields and values, of the event time last. */
    private byte[][] encoded(OnlineRow row) {
        byte[][] encoded = new byte[2 * fields.size() + 2][];
        int at = 0;
        for (int i = 0; i < fields.size(); i++) {
            encoded[at++] = fields.get(i);
            encoded[at++] =
                    FeastValues.bytes(view.features().get(i), row.features().get(i));
        }
        encoded[at++] = timeField;
        encoded[at] = EventTime.bytes(row.eventMicros());
        return encoded;
    }

    @Override
    public Set<String> differing(OnlineRow row) {
        byte[][] encoded = encoded(row);
        byte[][] question = new byte[2 + fields.size()][];
        question[0] = keys.key(row.entity());
        question[1] = timeField;
        for (int i = 0; i < fields.size(); i++) {
            question[2 + i] = fields.get(i);
        }
        List<?> stored = attempt(open -> {
            open.sendCommand(Command.HMGET, question);
            return (List<?>) answers(open, 1).get(0);
        });
        byte[] time = (byte[]) stored.get(0);
        Set<String> differing = new TreeSet<>();
        if (time != null && isAfter(time, row)) {
            return differing;
        }
        boolean isOlder = !Arrays.equals(time, encoded[encoded.length - 1]);
        for (int i = 0; i < fields.size(); i++) {
            if (isOlder || !Arrays.equals((byte[]) stored.get(1 + i), encoded[2 * i + 1])) {
                differing.add(view.features().get(i).name());
            }
        }
        return differing;
    }

    /** The next answers; one that is a refusal is thrown. */
    private static List<Object> answers(Connection open, int number) {
        List<Object> answers = open.getMany(number);
        for (Object answer : answers) {
            if (answer instanceof JedisException refusal) {
                throw refusal;
            }
        }
        return answers;
    }

    /** Does what may be done again, on a connection made anew after each failure that may pass. */
    private <T> T attempt(Function<Connection, T> action) {
        JedisException last = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            try {
                pause(i);
                return action.apply(connected());
            } catch (JedisException refusal) {
                last = refusal;
                close();
                if (!Refusals.isPassing(refusal)) {
                    break;
                }
            }
        }
        throw Refusals.explain(store.name(), last);
    }

    private static void pause(int failures) {
        if (failures == 0) {
            return;
        }
        try {
            Thread.sleep(FIRST_PAUSE_MILLIS << (failures - 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException(
                    ErrorCode.INTERRUPTED,
                    "the run was ended from outside",
                    "run the same command again: it pushes the whole interval",
                    e);
        }
    }

    private Connection connected() {
        if (connection == null) {
            connection = store.connect();
            connection.sendCommand(Command.SCRIPT, "LOAD".getBytes(StandardCharsets.US_ASCII), SCRIPT);
            scriptId = (byte[]) answers(connection, 1).get(0);
        }
        return connection;
    }

    @Override
    public void close() {
        if (connection != null) {
            Connection closing = connection;
            connection = null;
            try {
                closing.close();
            } catch (JedisConnectionException e) {
                closing.setBroken(); // it was: there is nothing to give back
            }
        }
    }

    private static byte[] script() {
        try (InputStream script = RedisSession.class.getResourceAsStream("put.lua")) {
            return script.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
