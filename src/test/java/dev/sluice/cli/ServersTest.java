package dev.sluice.cli;

import static dev.sluice.testing.KafkaServer.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Connection.Kafka.Mechanism;
import dev.sluice.testing.KafkaServer;
import dev.sluice.testing.LakeRows;
import dev.sluice.testing.PostgresServer;
import dev.sluice.testing.ServerTest;
import dev.sluice.testing.Sluice;
import dev.sluice.testing.Sluice.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A day of a PostgreSQL table and of a Kafka topic to tables, from the command line, in a JVM of another zone than UTC, with
 * verbose logs; then the refusals of both. The passwords are in nothing that was written or printed.
 */
@ServerTest
final class ServersTest {
    private static final String PIPELINE = "src/test/resources/pipelines/shop.yml";
    private static final String DAY = "2024-03-10/2024-03-11";
    private static final String PASSWORD = "sF5wX1cM8zL3uB7k";
    /** Of the broker's password, what stays itself in JSON and Java. */
    private static final String PART_OF_PASSWORD = "7dL1pQ3g";

    @TempDir
    private Path folder;

    @Test
    void rowsAndMessagesOfADayBecomeTables(PostgresServer postgres, KafkaServer kafka) throws IOException {
        orders(postgres);
        events(kafka);
        String brokers = kafka.connection(false, Mechanism.PLAIN, "unused").brokers();
        List<String> servers = List.of("--var", "database=" + postgres.url("postgres"), "--var", "brokers=" + brokers);

        Answer refused = run(DAY, servers, "wrong-" + PASSWORD, KafkaServer.PASSWORD);
        assertThat(refused.code()).as(refused.toString()).isEqualTo(77);
        assertThat(errors(refused))
                .isEqualTo("error: " + PIPELINE + ":34:3: ACCESS_DENIED: the database of source orders ("
                        + postgres.url("postgres")
                        + ") does not let reader in: FATAL: password authentication failed for"
                        + " user \"reader\"\n  do: check user and password of connection shop");
        Answer stranger = run(DAY, servers, PASSWORD, "wrong-" + KafkaServer.PASSWORD);
        assertThat(stranger.code()).as(stranger.toString()).isEqualTo(77);
        assertThat(errors(stranger))
                .contains("ACCESS_DENIED: the Kafka cluster of source events (" + brokers
                        + ") does not let this user in: Authentication failed");
        Answer done = run(DAY, servers, PASSWORD, KafkaServer.PASSWORD);
        assertThat(done.code()).as(done.toString()).isZero();
        assertThat(done.err()).contains("ingest/bronze.orders         already done");

        Map<String, List<String>> rows = rows("bronze.orders", "bronze.events", "bronze.arrived");
        // Columns in the order of their names: amount, at, day, id, packed, shipped.
        assertThat(rows.get("bronze.orders"))
                .containsExactlyInAnyOrder(
                        "10.50|2024-03-10 05:00:00+00:00|2024-03-10|1|2024-03-10 02:30:00+00:00|2024-03-10",
                        "11.50|2024-03-11 03:59:59.999999+00:00|2024-03-10|2|1969-12-31 23:00:00+00:00|1970-01-01");
        assertThat(stopped("bronze.orders"))
                .contains("positive: expected amount > 0, which is false")
                .contains("interval: at is null: the row belongs to no interval")
                .contains("\"shipped\":\"infinity\"")
                .endsWith("3 rows in all\n");
        assertThat(rows.get("bronze.events"))
                .containsExactlyInAnyOrder(
                        "k1|2024-03-10 05:00:00+00:00|2024-03-10|1|1.25",
                        "None|2024-03-11 03:59:59.999000+00:00|2024-03-10|2|None");
        assertThat(stopped("bronze.events"))
                .contains("shop.events-0", "no object", "type: id: expected bigint, found 'x'")
                .endsWith("2 rows in all\n");

        assertThat(rows.get("bronze.arrived")).containsExactlyInAnyOrder("k0|0", "k1|1", "None|2", "k3|3");
        assertThat(stopped("bronze.arrived")).endsWith("2 rows in all\n");
        kafka.send(List.of(message("shop.events", 1, Instant.parse("2024-03-01T00:00:00Z"), "k5", "{\"id\":5}")));
        Answer later = run("2024-03-11/2024-03-12", servers, PASSWORD, KafkaServer.PASSWORD);
        assertThat(later.code()).as(later.toString()).isZero();
        assertThat(rows("bronze.arrived").get("bronze.arrived"))
                .containsExactlyInAnyOrder("k0|0", "k1|1", "None|2", "k3|3", "k5|5");

        for (String secret : List.of(PASSWORD, PART_OF_PASSWORD)) {
            for (Answer answer : List.of(refused, stranger, done)) {
                assertThat(answer.toString()).doesNotContain(secret);
            }
            assertThat(SecretTest.filesWith(secret, folder)).isEmpty();
        }
        assertThat(SecretTest.filesWith("\"outcome\" : \"DONE\"", folder)).isNotEmpty();
    }

    private static void orders(PostgresServer postgres) {
        postgres.run(
                "CREATE ROLE reader LOGIN PASSWORD '" + PASSWORD + "'",
                "CREATE SCHEMA sales",
                "CREATE TABLE sales.orders (id bigint, amount numeric(10,2), shipped date, at timestamptz, packed timestamp,"
                        + " extra uuid)",
                "GRANT USAGE ON SCHEMA sales TO reader",
                "GRANT SELECT ON sales.orders TO reader",
                "INSERT INTO sales.orders VALUES (0, 1, NULL, '2024-03-10 04:59:59.999999Z', NULL),"
                        + " (1, 10.5, '2024-03-10', '2024-03-10 05:00Z', '2024-03-10 02:30'),"
                        + " (2, 11.5, '1970-01-01', '2024-03-11 03:59:59.999999Z', '1969-12-31 23:00'),"
                        + " (3, 1, NULL, '2024-03-11 04:00Z', NULL), (4, -1, NULL, '2024-03-10 12:00Z', NULL),"
                        + " (5, 1, NULL, NULL, NULL), (6, 1, 'infinity', '2024-03-10 12:00Z', NULL)");
    }

    private static void events(KafkaServer kafka) {
        kafka.make("shop.events", 2, Map.of("retention.ms", "-1"));
        kafka.send(List.of(
                message("shop.events", 0, Instant.parse("2024-03-10T05:00:00Z"), "k1", "{\"id\":1,\"price\":1.25}"),
                message("shop.events", 0, Instant.parse("2024-03-11T04:00:00Z"), "k3", "{\"id\":3}"),
                message("shop.events", 0, Instant.parse("2024-03-10T04:59:59.999Z"), "k0", "{\"id\":0}"),
                message("shop.events", 0, Instant.parse("2024-03-10T12:00:00Z"), null, "no object"),
                message("shop.events", 1, Instant.parse("2024-03-11T03:59:59.999Z"), null, "{\"id\":2}"),
                message("shop.events", 1, Instant.parse("2024-03-10T12:00:00Z"), "k4", "{\"id\":\"x\"}")));
    }

    private Answer run(String interval, List<String> servers, String password, String busPassword) {
        List<String> arguments = new ArrayList<>(List.of("run", "--job", "daily", "--interval", interval));
        arguments.addAll(servers);
        return call(password, busPassword, arguments);
    }

    private String stopped(String table) {
        Answer answer = call(PASSWORD, KafkaServer.PASSWORD, List.of("quarantine", "show", table));
        return answer.out() + answer.err();
    }

    private Answer call(String password, String busPassword, List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("-p", PIPELINE, "--var", "lake=" + lake()));
        return new Sluice(lake(), "http://127.0.0.1:9")
                .with("SHOP_PASSWORD", password)
                .with("BUS_PASSWORD", busPassword)
                .with("SLUICE_LOG", "info")
                .withJavaOption("-Duser.timezone=America/New_York")
                .call(all.toArray(String[]::new));
    }

    private Path lake() {
        return folder.resolve("lake");
    }

    private static String errors(Answer answer) {
        return answer.err()
                .lines()
                .filter(line -> line.startsWith("error: ") || line.startsWith("  do: "))
                .collect(Collectors.joining("\n"));
    }

    private Map<String, List<String>> rows(String... tables) throws IOException {
        return LakeRows.read(lake(), tables);
    }
}
