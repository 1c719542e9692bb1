package dev.sluice.adapter.kafka;

import dev.sluice.config.Connection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/** A connection as Kafka's clients are told it. */
final class Settings {
    private Settings() {}

    static Map<String, String> of(Connection.Kafka connection) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, connection.brokers());
        settings.put(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                (connection.login().isPresent() ? "SASL_" : "") + (connection.tls() ? "SSL" : "PLAINTEXT"));
        connection.login().ifPresent(login -> login(login, settings));
        // Neither messages that were never committed, nor topics that asking for them makes.
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        return settings;
    }

    private static void login(Connection.Kafka.Login login, Map<String, String> settings) {
        boolean plain = login.mechanism() == Connection.Kafka.Mechanism.PLAIN;
        Class<?> module = plain ? PlainLoginModule.class : ScramLoginModule.class;
        settings.put(SaslConfigs.SASL_MECHANISM, login.mechanism().name().replace('_', '-'));
        settings.put(
                SaslConfigs.SASL_JAAS_CONFIG,
                module.getName() + " required username=" + quoted(login.user()) + " password="
                        + quoted(login.password().reveal()) + ";");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
