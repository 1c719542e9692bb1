package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.RedisServer;
import dev.sluice.testing.ServerTest;
import dev.sluice.testing.Sluice;
import dev.sluice.testing.Sluice.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Days of orders to served features, from the command line, the younger day first; the password is in nothing written. */
@ServerTest
final class PushTest {
    private static final String PIPELINE = "src/test/resources/pipelines/online.yml";
    /** Of customer {@code ann} in project {@code shop}, as Feast makes it. */
    private static final String ANN =
            "01000000" + "0200000008000000637573746f6d6572" + "0200000003000000616e6e" + "73686f70";

    @TempDir
    private Path folder;

    @Test
    void daysInAnyOrderServeTheNewestRow(RedisServer redis) throws IOException {
        try (Jedis client = redis.client()) { // which other tests use too
            client.flushAll();
        }
        Path raw = Files.createDirectory(folder.resolve("raw"));
        Files.writeString(
                raw.resolve("orders.csv"),
                """
                id,customer,at,day,amount
                1,ann,2024-03-10T08:00:00Z,2024-03-10,1.5
                2,bob,2024-03-10T09:00:00Z,2024-03-10,2.5
                3,ann,2024-03-11T08:00:00Z,2024-03-11,3.5
                """);

        Answer refused = run("2024-03-11/2024-03-12", redis, "wrong-" + RedisServer.PASSWORD);
        assertThat(refused.code()).as(refused.toString()).isEqualTo(77);
        assertThat(refused.err())
                .contains("error: " + PIPELINE + ":26:1: ACCESS_DENIED: the online store " + redis.address()
                        + "/0 does not let this user in");
        Answer younger = run("2024-03-11/2024-03-12", redis, RedisServer.PASSWORD);
        assertThat(younger.code()).as(younger.toString()).isZero();
        Answer older = run("2024-03-10/2024-03-11", redis, RedisServer.PASSWORD);
        assertThat(older.code()).as(older.toString()).isZero();
        Answer again = run("2024-03-10/2024-03-11", redis, RedisServer.PASSWORD);
        assertThat(again.err()).contains("push/customers               already done");

        try (Jedis client = redis.client()) {
            assertThat(client.dbSize()).isEqualTo(2);
            assertThat(client.hgetAll(HexFormat.of().parseHex(ANN)).values())
                    .extracting(HexFormat.of()::formatHex)
                    .contains("290000000000000c40"); // 3.5
        }
        assertThat(older.err()).contains("push/customers               2 rows in, 1 out");
        for (Answer answer : new Answer[] {refused, younger, older, again}) {
            assertThat(answer.toString()).doesNotContain(RedisServer.PASSWORD);
        }
        assertThat(SecretTest.filesWith(RedisServer.PASSWORD, folder)).isEmpty();
    }

    private Answer run(String interval, RedisServer redis, String password) {
        Path lake = folder.resolve("lake");
        return new Sluice(lake, "http://127.0.0.1:9")
                .with("REDIS_PASSWORD", password)
                .call(
                        "run",
                        "--job",
                        "daily",
                        "--interval",
                        interval,
                        "-p",
                        PIPELINE,
                        "--var",
                        "lake=" + lake,
                        "--var",
                        "raw=" + folder.resolve("raw"),
                        "--var",
                        "redis=" + redis.address());
    }
}
