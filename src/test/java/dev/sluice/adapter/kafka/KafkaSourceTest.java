package dev.sluice.adapter.kafka;

import static dev.sluice.testing.KafkaServer.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.ColumnType;
import dev.sluice.config.Connection;
import dev.sluice.config.Connection.Kafka.Mechanism;
import dev.sluice.config.Read;
import dev.sluice.config.Source;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.port.RowSource.Found;
import dev.sluice.port.RowSource.Request;
import dev.sluice.testing.KafkaServer;
import dev.sluice.testing.Ports;
import dev.sluice.testing.ServerTest;
import dev.sluice.testing.SparkTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics of a real broker: intervals, values, arrivals, logins and refusals. */
@SparkTest
@ServerTest
final class KafkaSourceTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final Interval DAY = Interval.parse("2024-03-01/2024-03-02", UTC);
    /** The broker would delete messages of 2024 at once. */
    private static final Map<String, String> KEEP = Map.of("retention.ms", "-1");

    @TempDir
    private Path folder;

    @Test
    void anIntervalHasTheMessagesWhoseTimestampIsInIt(SparkSession spark, KafkaServer kafka) {
        kafka.make("days", 3, KEEP);
        List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
        Random random = new Random(7);
        TreeSet<String> expected = new TreeSet<>();
        for (int i = 0; i < 500; i++) {
            // Out of order by up to two days; nothing in partition 2.
            Instant time = Instant.parse("2024-02-28T00:00:00Z").plusSeconds(i * 700L + random.nextInt(172_800));
            messages.add(message("days", i % 2, time, null, "{\"id\":" + i + "}"));
            if (DAY.contains(time)) {
                expected.add(Integer.toString(i));
            }
        }
        int i = 1000;
        for (String edge : List.of(
                "2024-02-29T23:59:59.999Z",
                "2024-03-01T00:00:00Z",
                "2024-03-01T23:59:59.999Z",
                "2024-03-02T00:00:00Z")) {
            messages.add(message("days", 0, Instant.parse(edge), null, "{\"id\":" + i++ + "}"));
        }
        expected.addAll(List.of("1001", "1002"));
        kafka.send(messages);

        Found found = read(spark, kafka, "days", columns("id"), DAY);
        List<String> ids = texts(found.rows().select("id"));

        assertThat(ids).hasSameSizeAs(expected).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(found.facts().get("offsets")).matches("0: \\d+-254, 1: \\d+-250, 2: 0-0");
        assertThat(texts(read(spark, kafka, "days", columns("id"), Interval.parse("2025-01-01/2025-01-02", UTC))
                        .rows()))
                .isEmpty();
        // What comes after it was found is for those who look again.
        kafka.send(List.of(message("days", 2, Instant.parse("2024-03-01T10:00:00Z"), null, "{\"id\":2000}")));
        assertThat(found.rows().count()).isEqualTo(expected.size());
        assertThat(texts(read(spark, kafka, "days", columns("id"), DAY).rows().select("id")))
                .contains("2000");
    }

    @Test
    void valuesAreTheTextsThatStandInTheMessage(SparkSession spark, KafkaServer kafka) {
        kafka.make("values", 1, KEEP);
        Instant noon = Instant.parse("2024-03-01T12:00:00.123Z");
        List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
        for (String value : List.of(
                "{\"id\":1,\"note\":\"é \\\"q\\\"\",\"n\":1e400,\"extra\":{\"id\":9}}",
                " {\"note\":{ \"a\":[1, 2]},\"n\":0.12345678901234567890,\"id\":\"2\"} ",
                "{\"id\":null,\"note\":[],\"n\":true,\"_key\":\"mine\",\"_timestamp\":\"2000-01-01T00:00:00Z\"}",
                "{}",
                "",
                "[1]",
                "17",
                "{\"id\":1} {\"id\":2}",
                "{\"id\":1,\"id\":2}",
                "{\"id\":1",
                "{\"id\":" + "[".repeat(1001) + "]".repeat(1001) + "}")) {
            messages.add(message("values", 0, noon, "k", value));
        }
        messages.add(message("values", 0, noon, "gone", null));
        messages.add(new ProducerRecord<>(
                "values", 0, noon.toEpochMilli(), null, "{\"id\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1)));
        messages.add(new ProducerRecord<>(
                "values",
                0,
                noon.toEpochMilli(),
                new byte[] {(byte) 0xff},
                "{\"id\":3}".getBytes(StandardCharsets.UTF_8)));
        kafka.send(messages);

        Dataset<Row> rows = read(spark, kafka, "values", columns("id", "note", "n", "_key", "_timestamp"), DAY)
                .rows();

        String after = "|2024-03-01 12:00:00.123|";
        assertThat(texts(rows))
                .containsExactly(
                        "1|é \"q\"|1e400|k" + after + "null|null|values-0|offset 0",
                        "2|{ \"a\":[1, 2]}|0.12345678901234567890|k" + after + "null|null|values-0|offset 1",
                        "null|[]|true|k" + after + "null|null|values-0|offset 2",
                        "null|null|null|k" + after + "null|null|values-0|offset 3",
                        "null|null|null|null" + after + "|null|values-0|offset 4",
                        "null|null|null|null" + after + "[1]|null|values-0|offset 5",
                        "null|null|null|null" + after + "17|null|values-0|offset 6",
                        "null|null|null|null" + after + "{\"id\":1} {\"id\":2}|null|values-0|offset 7",
                        "null|null|null|null" + after + "{\"id\":1,\"id\":2}|null|values-0|offset 8",
                        "null|null|null|null" + after + "{\"id\":1|null|values-0|offset 9",
                        "null|null|null|null" + after + "{\"id\":" + "[".repeat(1001) + "]".repeat(1001)
                                + "}|null|values-0|offset 10",
                        "null|null|null|null" + after + "null|null|values-0|offset 11",
                        "null|null|null|null" + after
                                + "{\"id\":\"\uFFFD\"}|the message is not UTF-8|values-0|offset 12",
                        "null|null|null|null" + after + "{\"id\":3}|the message is not UTF-8|values-0|offset 13");
        assertThat(rows.where("__malformed is null").count()).isEqualTo(4);
        assertThat(texts(read(spark, kafka, "values", columns("id"), DAY).rows())
                        .get(13))
                .as("nobody asked for the key")
                .isEqualTo("3|null|null|values-0|offset 13");
    }

    @Test
    void whatWasNeverCommittedIsNotRead(SparkSession spark, KafkaServer kafka) {
        kafka.make("transactions", 1, KEEP);
        Instant noon = Instant.parse("2024-03-01T12:00:00Z");
        try (KafkaProducer<byte[], byte[]> producer = kafka.producer(Map.of("transactional.id", "t"))) {
            producer.initTransactions();
            for (int i = 0; i < 4; i++) {
                producer.beginTransaction();
                sent(producer, message("transactions", 0, noon, null, "{\"id\":" + i + "}"));
                if (i % 2 == 0) {
                    producer.commitTransaction();
                } else {
                    producer.abortTransaction();
                }
            }
            producer.beginTransaction();
            sent(producer, message("transactions", 0, noon, null, "{\"id\":5}"));
            assertThat(texts(read(spark, kafka, "transactions", columns("id"), DAY)
                            .rows()
                            .select("id")))
                    .containsExactly("0", "2");
            producer.commitTransaction();
        }
        assertThat(texts(read(spark, kafka, "transactions", columns("id"), DAY)
                        .rows()
                        .select("id")))
                .containsExactly("0", "2", "5");
    }

    @Test
    void arrivalsAreTakenOnce(SparkSession spark, KafkaServer kafka)
            throws TimeoutException, StreamingQueryException, InterruptedException, ExecutionException {
        kafka.make("arrivals", 2, KEEP);
        KafkaSource source = source("arrivals", kafka.connection());
        Request request = request(spark, "arrivals", columns("id", "_timestamp"), DAY);
        ConcurrentLinkedQueue<String> taken = new ConcurrentLinkedQueue<>();
        Instant noon = Instant.parse("2024-03-01T12:00:00Z");

        kafka.send(List.of(
                message("arrivals", 0, noon, null, "{\"id\":1}"),
                message("arrivals", 1, noon, null, "{\"id\":2}"),
                message("arrivals", 1, noon.minus(Duration.ofDays(900)), null, "no object")));
        take(source, request, taken);
        assertThat(taken)
                .containsExactlyInAnyOrder(
                        "1|2024-03-01 12:00:00.0|null|null|arrivals-0|offset 0",
                        "2|2024-03-01 12:00:00.0|null|null|arrivals-1|offset 0",
                        "null|2021-09-13 12:00:00.0|no object|null|arrivals-1|offset 1");
        take(source, request, taken);
        assertThat(taken).hasSize(3);
        kafka.send(List.of(
                message("arrivals", 0, noon, null, "{\"id\":3}"), message("arrivals", 0, noon, null, "{\"id\":4}")));
        take(source, request, taken);
        assertThat(taken).hasSize(5).contains("4|2024-03-01 12:00:00.0|null|null|arrivals-0|offset 2");

        // Two more, deleted before they are taken.
        kafka.send(List.of(
                message("arrivals", 0, noon, null, "{\"id\":5}"), message("arrivals", 0, noon, null, "{\"id\":6}")));
        delete(kafka, "arrivals", 4);
        assertThatThrownBy(() -> take(source, request, taken)).satisfies(e -> assertThat(
                        source.blame(request, Optional.empty(), (Exception) e))
                .hasValueSatisfying(known -> {
                    assertThat(known.code()).isEqualTo(ErrorCode.INPUT_MISSING);
                    assertThat(known)
                            .hasMessage("messages of topic arrivals that source s has not read yet are gone: its"
                                    + " retention, or a person, deleted them");
                }));
        assertThat(taken).hasSize(5);
    }

    @Test
    void anIntervalWhoseMessagesMayBeDeletedIsRefused(SparkSession spark, KafkaServer kafka)
            throws InterruptedException, ExecutionException {
        kafka.make(
                "kept",
                1,
                Map.of("retention.ms", Long.toString(Duration.ofDays(3650).toMillis())));
        Instant noon = Instant.parse("2024-03-01T12:00:00Z");
        kafka.send(List.of(
                message("kept", 0, noon.minus(Duration.ofDays(4000)), null, "{\"id\":1}"),
                message("kept", 0, noon, null, "{\"id\":2}")));
        delete(kafka, "kept", 1);
        // One of that day would still be there.
        assertThat(texts(read(spark, kafka, "kept", columns("id"), DAY).rows().select("id")))
                .containsExactly("2");
        Interval old = Interval.parse("2013-03-01/2013-03-02", UTC);
        assertThatThrownBy(() -> read(spark, kafka, "kept", columns("id"), old))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INPUT_MISSING))
                .hasMessage(
                        "topic kept of source s has deleted its oldest messages, and those from 2013-03-01T00:00:00Z on"
                                + " may be among them: it keeps PT87600H");
    }

    @Test
    void loginsAreProven(SparkSession spark, KafkaServer kafka) {
        kafka.make("private", 1, KEEP);
        kafka.send(List.of(message("private", 0, Instant.parse("2024-03-01T12:00:00Z"), null, "{\"id\":1}")));
        for (Mechanism mechanism : Mechanism.values()) {
            assertThat(texts(source("private", kafka.connection(false, mechanism, KafkaServer.PASSWORD))
                            .read(request(spark, "private", columns("id"), DAY))
                            .rows()))
                    .containsExactly("1|null|null|private-0|offset 0");
            refused(spark, kafka.connection(false, mechanism, "wrong"), "private", ErrorCode.ACCESS_DENIED)
                    .hasMessageStartingWith("the Kafka cluster of source s (127.0.0.1:")
                    .hasMessageContaining(") does not let this user in: Authentication failed");
        }
        Connection.Kafka tls = kafka.connection(true, Mechanism.SCRAM_SHA_512, KafkaServer.PASSWORD);
        refused(spark, tls, "private", ErrorCode.ACCESS_DENIED)
                .hasMessageContaining(") does not let this user in: SSL handshake failed")
                .extracting("hint")
                .isEqualTo(
                        "check login and tls of connection bus, and whether the JVM trusts the brokers' certificate");
        System.setProperty("javax.net.ssl.trustStore", kafka.trustStore().toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
        try {
            assertThat(texts(source("private", tls)
                            .read(request(spark, "private", columns("id"), DAY))
                            .rows()))
                    .containsExactly("1|null|null|private-0|offset 0");
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    @Test
    void aTopicThatTheUserMayNotReadIsRefused(SparkSession spark, KafkaServer kafka) {
        Connection.Kafka reader = kafka.connection(false, Mechanism.PLAIN, KafkaServer.PASSWORD);
        kafka.make("closed", 1, KEEP);
        kafka.send(List.of(message("closed", 0, Instant.parse("2024-03-01T12:00:00Z"), null, "{\"id\":1}")));
        kafka.allow("closed", AclOperation.DESCRIBE_CONFIGS);
        refused(spark, reader, "closed", ErrorCode.ACCESS_DENIED)
                .hasMessageStartingWith("the Kafka cluster of source s (127.0.0.1:")
                .hasMessageContaining(") does not let this user read topic closed: ")
                .extracting("hint")
                .isEqualTo("allow it to Read, Describe and DescribeConfigs the topic");
        // All but the messages themselves: that is found out by the job that reads them.
        kafka.allow("closed", AclOperation.DESCRIBE);
        KafkaSource source = source("closed", reader);
        Request request = request(spark, "closed", columns("id"), DAY);
        Dataset<Row> rows = source.read(request).rows();
        assertThatThrownBy(rows::collectAsList).isInstanceOfSatisfying(Exception.class, failure -> assertThat(
                        source.blame(request, Optional.empty(), failure))
                .hasValueSatisfying(refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.ACCESS_DENIED);
                    assertThat(refusal).hasMessageContaining(") does not let this user read topic closed: ");
                }));
    }

    @Test
    void refusalsComeWithinSeconds(SparkSession spark, KafkaServer kafka) {
        long start = System.nanoTime();
        refused(spark, kafka.connection(), "no-such-topic", ErrorCode.INPUT_MISSING)
                .hasMessage("no topic no-such-topic for source s");
        refused(spark, kafka.connection(), "no-such-topic", ErrorCode.INPUT_MISSING); // asking did not make it
        String nowhere = "127.0.0.1:" + Ports.free();
        refused(spark, new Connection.Kafka(nowhere, false, Optional.empty()), "days", ErrorCode.SOURCE_UNAVAILABLE)
                .hasMessageStartingWith("the Kafka cluster of source s (" + nowhere + ") cannot be reached: ");
        refused(
                spark,
                new Connection.Kafka("no-such-host.invalid:9092", false, Optional.empty()),
                "days",
                ErrorCode.SOURCE_UNAVAILABLE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(
            SparkSession spark, Connection.Kafka connection, String topic, ErrorCode code) {
        Request request = request(spark, topic, columns("id"), DAY);
        assertThatThrownBy(() -> source(topic, connection).arrivals(request))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(code));
        return assertThatThrownBy(() -> source(topic, connection).read(request))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static void sent(KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> message) {
        try {
            producer.send(message).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void delete(KafkaServer kafka, String topic, long before)
            throws InterruptedException, ExecutionException {
        try (Admin admin = kafka.admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    /** One run of a stream to its end. */
    private void take(KafkaSource source, Request request, ConcurrentLinkedQueue<String> taken)
            throws TimeoutException, StreamingQueryException {
        VoidFunction2<Dataset<Row>, Long> batches =
                (batch, id) -> taken.addAll(texts(source.read(request, batch).rows()));
        StreamingQuery query = source.arrivals(request)
                .writeStream()
                .trigger(Trigger.AvailableNow())
                .option("checkpointLocation", folder.resolve("checkpoint").toString())
                .foreachBatch(batches)
                .start();
        query.awaitTermination();
    }

    private static Map<String, ColumnType> columns(String... names) {
        Map<String, ColumnType> columns = new LinkedHashMap<>();
        for (String name : names) {
            columns.put(name, name.equals("_timestamp") ? ColumnType.TIMESTAMP : ColumnType.STRING);
        }
        return columns;
    }

    private static KafkaSource source(String topic, Connection.Kafka connection) {
        return new KafkaSource(new Read.Kafka("bus", topic, false), connection);
    }

    private static Request request(
            SparkSession spark, String topic, Map<String, ColumnType> columns, Interval interval) {
        Source source = new Source(
                new Read.Kafka("bus", topic, false),
                columns,
                new Source.Evolve(Source.OnNew.IGNORE, Source.OnMissing.FAIL, Source.OnType.WIDEN),
                Optional.empty(),
                new Source.Ready(1, Source.Absent.FAIL));
        return new Request(spark, "s", source, interval, UTC);
    }

    private static Found read(
            SparkSession spark, KafkaServer kafka, String topic, Map<String, ColumnType> columns, Interval interval) {
        return source(topic, kafka.connection()).read(request(spark, topic, columns, interval));
    }

    private static List<String> texts(Dataset<Row> rows) {
        return rows.collectAsList().stream().map(row -> row.mkString("|")).toList();
    }
}
