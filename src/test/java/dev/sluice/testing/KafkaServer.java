package dev.sluice.testing;

import dev.sluice.config.Connection;
import dev.sluice.core.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A real Kafka broker on free loopback ports, its files in a temporary folder: an open listener, one that wants a login, and
 * one that wants a login over TLS with a certificate of its own making.
 */
public final class KafkaServer implements AutoCloseable {
    /** Of the user {@code reader}, whatever the mechanism. */
    public static final String PASSWORD = "aC5\"mZ\\7dL1pQ3g";

    /** The usual way to keep the order fails for good when the first send to a new topic comes before its leader is known. */
    private static final Map<String, Object> IN_ORDER = Map.of(
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false, ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);

    private static final Path CLASS_PATH = Path.of("target/kafka.classpath");
    private static final String CLUSTER = "c2x1aWNlLXRlc3RzLTAwMQ";
    private static final String STORE_PASSWORD = "changeit";

    private final ServerProcess process;
    private final Path home;
    private final int open;
    private final int login;
    private final int tls;

    private KafkaServer(Path home) throws IOException, InterruptedException {
        this.home = home;
        this.open = Ports.free();
        this.login = Ports.free();
        this.tls = Ports.free();
        Path settings = Files.writeString(home.resolve("server.properties"), settings(Ports.free()));
        await(new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-keystore",
                trustStore().toString(),
                "-storepass",
                STORE_PASSWORD,
                "-storetype",
                "PKCS12"));
        await(java("kafka.tools.StorageTool", List.of("format", "-t", CLUSTER, "-c", settings.toString())));
        this.process =
                ServerProcess.start("Kafka", home, java("kafka.Kafka", List.of(settings.toString())), this::answers);
    }

    static KafkaServer start() {
        try {
            KafkaServer server = new KafkaServer(Files.createTempDirectory("sluice-kafka-"));
            server.letIn("reader");
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String settings(int controller) {
        String plain = "org.apache.kafka.common.security.plain.PlainLoginModule required user_reader=\""
                + PASSWORD.replace("\\", "\\\\").replace("\"", "\\\"") + "\";";
        String scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
        StringBuilder settings = new StringBuilder(
                """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                listeners=OPEN://127.0.0.1:%2$d,LOGIN://127.0.0.1:%3$d,TLS://127.0.0.1:%4$d,CONTROLLER://127.0.0.1:%1$d
                advertised.listeners=OPEN://127.0.0.1:%2$d,LOGIN://127.0.0.1:%3$d,TLS://localhost:%4$d
                listener.security.protocol.map=OPEN:PLAINTEXT,LOGIN:SASL_PLAINTEXT,TLS:SASL_SSL,CONTROLLER:PLAINTEXT
                inter.broker.listener.name=OPEN
                sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
                ssl.keystore.location=%5$s
                ssl.keystore.type=PKCS12
                ssl.keystore.password=%6$s
                log.dirs=%7$s
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.num.partitions=1
                transaction.state.log.min.isr=1
                group.initial.rebalance.delay.ms=0
                log.retention.check.interval.ms=3600000
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                super.users=User:ANONYMOUS
                allow.everyone.if.no.acl.found=true
                """
                        .formatted(controller, open, login, tls, trustStore(), STORE_PASSWORD, home.resolve("data")));
        for (String listener : List.of("login", "tls")) {
            String jaas = "listener.name." + listener + ".%s.sasl.jaas.config=%s\n";
            settings.append(jaas.formatted("plain", plain.replace("\\", "\\\\")));
            settings.append(jaas.formatted("scram-sha-256", scram));
            settings.append(jaas.formatted("scram-sha-512", scram));
        }
        return settings.toString();
    }

    private ProcessBuilder java(String main, List<String> arguments) throws IOException {
        if (!Files.exists(CLASS_PATH)) {
            throw new AssertionError("this test needs Kafka, and there is no " + CLASS_PATH
                    + ": run scripts/test, which makes it, or leave these tests out with -DexcludedGroups=it");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                Files.readString(CLASS_PATH),
                main));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    private void await(ProcessBuilder command) throws IOException, InterruptedException {
        Path log = home.resolve("log");
        int code = command.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError(command.command() + " failed:\n" + Files.readString(log));
        }
    }

    /** The broker's certificate, in a store whose password is {@code changeit}. */
    public Path trustStore() {
        return home.resolve("store.p12");
    }

    /** Address of the open listener. */
    public String brokers() {
        return "127.0.0.1:" + open;
    }

    /** A connection to the open listener as a pipeline file declares it. */
    public Connection.Kafka connection() {
        return new Connection.Kafka(brokers(), false, Optional.empty());
    }

    /** A connection to a listener that wants a login. */
    public Connection.Kafka connection(boolean overTls, Connection.Kafka.Mechanism mechanism, String password) {
        return new Connection.Kafka(
                overTls ? "localhost:" + tls : "127.0.0.1:" + login,
                overTls,
                Optional.of(new Connection.Kafka.Login(mechanism, "reader", new Secret(password, "env/TEST"))));
    }

    /** Tells the broker a user's password for the mechanisms that it keeps itself. */
    private void letIn(String user) {
        try (Admin admin = admin()) {
            for (ScramMechanism mechanism : List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
                ScramCredentialInfo info = new ScramCredentialInfo(mechanism, 4096);
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user, info, PASSWORD)))
                        .all()
                        .get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a topic. */
    public void make(String topic, int partitions, Map<String, String> settings) {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings)))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Allows the user {@code reader} this of a topic, and nothing else that was not allowed before. */
    public void allow(String topic, AclOperation operation) {
        try (Admin admin = admin()) {
            admin.createAcls(List.of(new AclBinding(
                            new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                            new AccessControlEntry("User:reader", "*", operation, AclPermissionType.ALLOW))))
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For what is done to a broker beside sending. */
    public Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers()));
    }

    /** Sends messages, in order, and waits until the broker has them. */
    public void send(List<ProducerRecord<byte[], byte[]>> messages) {
        try (KafkaProducer<byte[], byte[]> producer = producer(IN_ORDER)) {
            for (Future<RecordMetadata> sent :
                    messages.stream().map(producer::send).toList()) {
                sent.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A producer with more settings. */
    public KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers());
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A message. */
    public static ProducerRecord<byte[], byte[]> message(
            String topic, int partition, Instant time, String key, String value) {
        return new ProducerRecord<>(topic, partition, time.toEpochMilli(), bytes(key), bytes(value));
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.close();
    }

    private boolean answers() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), open)) {
            socket.getInputStream();
        }
        try (Admin admin = admin()) {
            return !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty();
        }
    }
}
