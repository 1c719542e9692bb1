package dev.sluice.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the address of a database says, to its driver.
 *
 * @param servers HOST or HOST:PORT, at least one
 * @param parameters by name, in any letter case
 */
public record PostgresUrl(List<String> servers, String database, Map<String, String> parameters) {
    private static final String PREFIX = "jdbc:postgresql://";

    public PostgresUrl {
        servers = List.copyOf(servers);
        Map<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        sorted.putAll(parameters);
        parameters = Collections.unmodifiableMap(sorted);
    }

    /** Of a connection, which has checked its shape. */
    public static PostgresUrl of(Connection.Jdbc connection) {
        String rest = connection.url().substring(PREFIX.length());
        String address = rest.replaceFirst("\\?.*", "");
        int slash = address.indexOf('/');
        Map<String, String> parameters = new TreeMap<>();
        for (String pair :
                rest.substring(address.length()).replaceFirst("^\\?", "").split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                parameters.put(parts[0].toLowerCase(Locale.ROOT), decoded(parts[1]));
            }
        }
        return new PostgresUrl(
                List.of(address.substring(0, slash).split(",", -1)), decoded(address.substring(slash + 1)), parameters);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** The schema in which tables without a schema are made, as PostgreSQL reads its name: in lower case unless it is quoted. */
    public String schema() {
        String first = parameter("currentSchema")
                .map(names -> names.split(",", -1)[0].strip())
                .orElse("public");
        return first.startsWith("\"") ? first.replace("\"", "") : first.toLowerCase(Locale.ROOT);
    }

    /** Servers, database and schema: what messages call it. */
    public String name() {
        return String.join(",", servers) + "/" + database + ", schema " + schema();
    }
}
