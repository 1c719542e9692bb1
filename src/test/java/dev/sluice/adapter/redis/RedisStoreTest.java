package dev.sluice.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Connection;
import dev.sluice.port.OnlineMatch;
import dev.sluice.port.OnlineRow;
import dev.sluice.port.OnlineStore;
import dev.sluice.port.OnlineStore.Session;
import dev.sluice.port.OnlineView;
import dev.sluice.testing.OnlineStoreContract;
import dev.sluice.testing.RedisServer;
import dev.sluice.testing.ServerTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** A real Redis: where Feast finds what is written, how entities end. */
@ServerTest
final class RedisStoreTest extends OnlineStoreContract {
    private final RedisServer server;
    private final Jedis redis;

    RedisStoreTest(RedisServer server) {
        this.server = server;
        this.redis = server.client();
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
    void aScriptThatRedisForgotIsSentAgain() {
        try (Session session = open(VIEW)) {
            redis.scriptFlush();
            assertThat(session.write(List.of(row(1, 1, "a")))).isOne();
        }
    }

    @Test
    void aLifeEndsWithTheProcess() {
        try (Session session = open(VIEW);
                Session another = open(view("another", OnlineView.FOR_EVER))) {
            String life = session.life();
            assertThat(another.life()).isEqualTo(life);
            server.kill();
            server.startAgain();
            assertThat(session.life()).isNotEqualTo(life);
        }
    }

    /** Also one that is deleted: its time is not kept for longer than rows are served. */
    @Test
    void aDeletedEntityEndsAsARowDoes() {
        long now = System.currentTimeMillis();
        byte[] key = new FeastKeys(VIEW).key(List.of(1L));
        try (Session session = open(view("v", Duration.ofHours(1)))) {
            session.write(List.of(row(1, now * 1_000, "a")));
            session.write(List.of(OnlineRow.deleted(List.of(1L), now * 1_000 + 2_000_000)));
        }
        assertThat(redis.hkeys(key)).containsExactly(FeastKeys.timeField("v"));
        assertThat(redis.pexpireTime(key)).isEqualTo(now + 3_602_000);
    }

    @Test
    void aRedisThatIsStoppedForAWhileIsWaitedFor() {
        try (Session session = open(VIEW)) {
            redis.sendCommand(Protocol.Command.CLIENT, "PAUSE", "2500"); // longer than an answer is waited for
            assertThat(session.write(List.of(row(1, 1, "a")))).isOne();
            assertThat(session.compare(List.of(row(1, 1, "a")))).containsExactly(List.of(OnlineMatch.EQUAL));
        }
    }

    @Override
    protected OnlineStore store() {
        return new RedisStore(server.connection(RedisServer.PASSWORD));
    }

    @Override
    protected void empty() {
        redis.flushAll();
    }

    @Override
    protected void restart() {
        redis.close();
        server.restart();
    }

    @Override
    protected OnlineStore withWrongPassword() {
        return new RedisStore(server.connection("not-the-password"));
    }

    @Override
    protected OnlineStore at(int port) {
        return new RedisStore(new Connection.Redis(
                "127.0.0.1:" + port, 0, false, Optional.empty(), Optional.empty(), Duration.ofSeconds(1)));
    }

    @Override
    protected void whileFull(Runnable action) {
        redis.configSet("maxmemory", "1");
        try {
            action.run();
        } finally {
            redis.configSet("maxmemory", "0");
        }
    }

    @Override
    protected void spoil() {
        redis.set(new FeastKeys(VIEW).key(List.of(1L)), new byte[] {1});
    }

    private Session open(OnlineView view) {
        return store().open(view);
    }
}
