package dev.sluice.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Connection;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineStore.Session;
import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.Column;
import dev.sluice.port.OnlineView.ValueType;
import dev.sluice.testing.Ports;
import dev.sluice.testing.RedisServer;
import dev.sluice.testing.ServerTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** A real Redis: who wins, what a second write does, how entities end, what is said when it does not work. */
@ServerTest
final class RedisStoreTest {
    private static final OnlineView VIEW = view("v", OnlineView.FOR_EVER);

    private final RedisServer server;
    private final Jedis redis;

    RedisStoreTest(RedisServer server) {
        this.server = server;
        this.redis = server.client();
    }

    @BeforeEach
    void empty() {
        redis.flushAll();
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void aRowIsWhereFeastLooks() {
        try (Session session = open(VIEW)) {
            assertThat(session.write(List.of(row(1001, 1_704_067_200_000_000L, "hi"))))
                    .isOne();
        }
        byte[] key = new FeastKeys(VIEW).key(List.of(1001L));
        assertThat(redis.keys("*".getBytes(StandardCharsets.UTF_8))).containsExactly(key);
        assertThat(redis.hgetAll(key)).hasSize(2);
        assertThat(redis.hget(key, FeastKeys.field("v", "f"))).isEqualTo(new byte[] {0x12, 2, 'h', 'i'});
        assertThat(redis.hget(key, "_ts:v".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(EventTime.bytes(1_704_067_200_000_000L));
    }

    @Test
    void theYoungerRowWinsAndOneOfTheSameTimeIsWrittenAgain() {
        try (Session session = open(VIEW)) {
            assertThat(session.write(List.of(row(1, 10, "ten"), row(2, 10, "ten"))))
                    .isEqualTo(2);
            assertThat(session.write(List.of(row(1, 9, "nine"), row(2, 11, "eleven"), row(3, -5, "new"))))
                    .isEqualTo(2);
            assertThat(session.write(List.of(row(1, 10, "ten, corrected")))).isOne();
            assertThat(session.differing(row(1, 10, "ten, corrected"))).isEmpty();
            assertThat(session.differing(row(2, 11, "eleven"))).isEmpty();
            assertThat(session.differing(row(2, 10, "superseded"))).isEmpty();
            assertThat(session.differing(row(3, -5, "other"))).containsExactly("f");
            assertThat(session.differing(row(3, -4, "new"))).containsExactly("f");
            assertThat(session.differing(row(4, 0, "absent"))).containsExactly("f");
        }
    }

    @Test
    void anEmptyValueTakesTheValueAway() {
        try (Session session = open(VIEW)) {
            session.write(List.of(row(1, 1, "there")));
            session.write(List.of(row(1, 2, null)));
        }
        assertThat(redis.hget(new FeastKeys(VIEW).key(List.of(1L)), FeastKeys.field("v", "f")))
                .isEmpty();
    }

    /** Rows of few entities from several writers at once, in any order: as one map that keeps the youngest. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void writersAtOnceLeaveTheYoungestRows(long seed) {
        int writers = 4;
        Map<Long, Long> expected = new HashMap<>();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        Random random = new Random(seed);
        for (int w = 0; w < writers; w++) {
            List<List<OnlineRow>> batches = new ArrayList<>();
            for (int b = 0; b < 40; b++) {
                Map<Long, OnlineRow> batch = new HashMap<>();
                for (int i = 0; i < 20; i++) {
                    long entity = random.nextInt(10);
                    long time = random.nextInt(2_000_000_000) - 1_000_000_000L;
                    batch.put(entity, row(entity, time, "at " + time));
                }
                batch.forEach((entity, row) -> expected.merge(entity, row.eventMicros(), Math::max));
                batches.add(List.copyOf(batch.values()));
            }
            running.add(CompletableFuture.runAsync(() -> {
                try (Session session = open(VIEW)) {
                    batches.forEach(session::write);
                }
            }));
        }
        running.forEach(CompletableFuture::join);

        for (Map.Entry<Long, Long> entity : expected.entrySet()) {
            byte[] key = new FeastKeys(VIEW).key(List.of(entity.getKey()));
            assertThat(redis.hget(key, FeastKeys.timeField("v"))).isEqualTo(EventTime.bytes(entity.getValue()));
            assertThat(redis.hget(key, FeastKeys.field("v", "f")))
                    .isEqualTo(FeastValues.bytes(VIEW.features().get(0), "at " + entity.getValue()));
        }
    }

    @Test
    void anEntityEndsWhenTheLastOfItsViewsDoes() {
        long now = System.currentTimeMillis();
        byte[] key = new FeastKeys(VIEW).key(List.of(1L));
        OnlineView hour = view("hour", Duration.ofHours(1));
        OnlineView day = view("day", Duration.ofDays(1));
        try (Session hourly = open(hour);
                Session daily = open(day);
                Session endless = open(VIEW)) {
            hourly.write(List.of(row(1, now * 1_000, "a")));
            assertThat(redis.pexpireTime(key)).isEqualTo(now + 3_600_000);
            hourly.write(List.of(row(1, now * 1_000 + 5_000_000, "b")));
            assertThat(redis.pexpireTime(key)).isEqualTo(now + 3_605_000);
            daily.write(List.of(row(1, now * 1_000, "a")));
            assertThat(redis.pexpireTime(key)).isEqualTo(now + 86_400_000);
            hourly.write(List.of(row(1, now * 1_000 + 6_000_000, "c")));
            assertThat(redis.pexpireTime(key)).isEqualTo(now + 86_400_000);
            endless.write(List.of(row(1, now * 1_000, "a")));
            assertThat(redis.pexpireTime(key)).isEqualTo(-1);
            daily.write(List.of(row(1, now * 1_000 + 1, "b")));
            assertThat(redis.pexpireTime(key)).isEqualTo(-1);
        }
    }

    @Test
    void aViewThatBeginsToExpireEndsWhatItHasAlone() {
        long now = System.currentTimeMillis();
        try (Session session = open(VIEW);
                Session expiring = open(view("v", Duration.ofHours(1)))) {
            session.write(List.of(row(1, now * 1_000, "a")));
            expiring.write(List.of(row(1, now * 1_000, "a")));
        }
        assertThat(redis.pexpireTime(new FeastKeys(VIEW).key(List.of(1L)))).isEqualTo(now + 3_600_000);
    }

    @Test
    void moreFeaturesThanAScriptsStackHolds() {
        List<Column> many = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (long i = 0; i < 9_000; i++) {
            many.add(new Column("f" + i, ValueType.INT64, false));
            values.add(i);
        }
        OnlineView wide = new OnlineView("p", "v", VIEW.entity(), many, OnlineView.FOR_EVER);
        OnlineRow row = new OnlineRow(List.of(1L), 1, values);
        try (Session session = open(wide)) {
            session.write(List.of(row));
            assertThat(session.differing(row)).isEmpty();
        }
    }

    @Test
    void aSessionOutlivesARestart() {
        try (Session session = open(VIEW)) {
            session.write(List.of(row(1, 1, "before")));
            redis.close();
            server.restart();
            assertThat(session.write(List.of(row(1, 1, "before"), row(2, 1, "after"))))
                    .isEqualTo(2);
            assertThat(session.differing(row(2, 1, "after"))).isEmpty();
        }
    }

    @Test
    void aScriptThatRedisForgotIsSentAgain() {
        try (Session session = open(VIEW)) {
            redis.scriptFlush();
            assertThat(session.write(List.of(row(1, 1, "a")))).isOne();
        }
    }

    @Test
    void aFullRedisIsTold() {
        try (Session session = open(VIEW)) {
            redis.configSet("maxmemory", "1");
            refused(
                    () -> session.write(List.of(row(1, 1, "a"))),
                    ErrorCode.ONLINE_STORE_FULL,
                    "has no memory left: OOM");
        } finally {
            redis.configSet("maxmemory", "0");
        }
    }

    @Test
    void aWrongPasswordIsTold() {
        Connection.Redis wrong = server.connection("not-the-password");
        refused(() -> new RedisStore(wrong).open(VIEW), ErrorCode.ACCESS_DENIED, "does not let this user in");
    }

    @Test
    void aKeyOfAnotherKindIsTold() {
        redis.set(new FeastKeys(VIEW).key(List.of(1L)), new byte[] {1});
        try (Session session = open(VIEW)) {
            refused(() -> session.write(List.of(row(1, 1, "a"))), ErrorCode.ONLINE_STORE_REFUSED, "WRONGTYPE");
        }
    }

    @Test
    void aRedisThatIsNotThereIsTold() {
        refused(
                () -> new RedisStore(at(Ports.free())).open(VIEW),
                ErrorCode.ONLINE_STORE_UNAVAILABLE,
                "cannot be reached");
    }

    @Test
    void aRedisThatDoesNotAnswerIsTold() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            refused(
                    () -> new RedisStore(at(silent.getLocalPort())).open(VIEW),
                    ErrorCode.ONLINE_STORE_UNAVAILABLE,
                    "does not answer in time");
        }
    }

    private static void refused(ThrowingCallable action, ErrorCode code, String said) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(said);
    }

    private static Connection.Redis at(int port) {
        return new Connection.Redis(
                "127.0.0.1:" + port, 0, false, Optional.empty(), Optional.empty(), Duration.ofSeconds(1));
    }

    private Session open(OnlineView view) {
        return new RedisStore(server.connection(RedisServer.PASSWORD)).open(view);
    }

    private static OnlineView view(String name, Duration expireAfter) {
        return new OnlineView(
                "p",
                name,
                List.of(new Column("id", ValueType.INT64, false)),
                List.of(new Column("f", ValueType.STRING, false)),
                expireAfter);
    }

    private static OnlineRow row(long id, long micros, String value) {
        return new OnlineRow(List.of(id), micros, Collections.singletonList(value));
    }
}
