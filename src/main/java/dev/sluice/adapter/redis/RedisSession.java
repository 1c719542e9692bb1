package dev.sluice.adapter.redis;

import dev.sluice.core.Attempts;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.feast.FeastValues;
import dev.sluice.port.OnlineMatch;
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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private static final byte[] PUT = {'+'};
    private static final byte[] TAKE_AWAY = {'-'};

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
        private final List<byte[]> encoded;

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
            if (stored == null || age(stored, puts.get(i).row) <= 0) {
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

    /** Above zero where the stored event time is later than the row's. */
    private int age(byte[] stored, OnlineRow row) {
        try {
            return EventTime.compare(stored, row.eventMicros());
        } catch (IllegalArgumentException e) {
            throw new JedisDataException("the field _ts:" + view.name() + " of a hash is no event time", e);
        }
    }

    /** What the script is sent. */
    private byte[][] arguments(Put put, byte[] stored) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(scriptId);
        arguments.add(ONE_KEY);
        arguments.add(put.key);
        arguments.add(timeField);
        arguments.add(stored == null ? ABSENT : stored);
        arguments.add(EventTime.bytes(put.row.eventMicros()));
        arguments.add(
                view.expires()
                        ? Long.toString(view.endsAt(put.row.eventMicros())).getBytes(StandardCharsets.US_ASCII)
                        : NEVER);
        arguments.add(put.row.isDeleted() ? TAKE_AWAY : PUT);
        arguments.addAll(put.encoded);
        return arguments.toArray(byte[][]::new);
    }

    /** Fields, each with its value unless the entity is deleted. */
    private List<byte[]> encoded(OnlineRow row) {
        if (row.isDeleted()) {
            return fields;
        }
        List<byte[]> values = FeastValues.bytes(view, row);
        List<byte[]> encoded = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            encoded.add(fields.get(i));
            encoded.add(values.get(i));
        }
        return encoded;
    }

    @Override
    public List<List<OnlineMatch>> compare(List<OnlineRow> rows) {
        return attempt(open -> {
            rows.forEach(row -> open.sendCommand(Command.HMGET, question(row)));
            List<Object> answers = answers(open, rows.size());
            return IntStream.range(0, rows.size())
                    .mapToObj(i -> matches(rows.get(i), (List<?>) answers.get(i)))
                    .toList();
        });
    }

    private byte[][] question(OnlineRow row) {
        List<byte[]> question = new ArrayList<>(List.of(keys.key(row.entity()), timeField));
        question.addAll(fields);
        return question.toArray(byte[][]::new);
    }

    /** Of what is stored: the event time, then the features. */
    private List<OnlineMatch> matches(OnlineRow row, List<?> stored) {
        byte[] time = (byte[]) stored.get(0);
        if (time == null) {
            return Collections.nCopies(fields.size(), OnlineMatch.MISSING);
        }
        List<byte[]> values = stored.stream().skip(1).map(byte[].class::cast).toList();
        return OnlineMatch.of(age(time, row), FeastValues.bytes(view, row), values);
    }

    /** Redis itself forgets a hash when the last of its views has ended. */
    @Override
    public int forget(long millis) {
        return 0;
    }

    /** That of the process: another one has only what this one came to write to disk, or to its replica. */
    @Override
    public String life() {
        return attempt(open -> {
            open.sendCommand(Command.INFO, "server".getBytes(StandardCharsets.US_ASCII));
            String server = new String((byte[]) answers(open, 1).get(0), StandardCharsets.US_ASCII);
            return server.lines()
                    .filter(line -> line.startsWith("run_id:"))
                    .findFirst()
                    .orElseThrow(() -> new JedisDataException("INFO server has no run_id"));
        });
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
        for (int failures = 0; failures < Attempts.MOST; failures++) {
            Attempts.pause(failures);
            try {
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
