package dev.sluice.generate;

import dev.sluice.config.Connection;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Secret;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.Column;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A feature repository of Feast 0.67 over a feature table and what is pushed of it: {@value #STORE} says where the features are,
 * {@value #DEFINITIONS} what they are. No password is in it: Feast puts an environment variable in its place.
 *
 * @param service name of the feature service that has all views
 * @param views all of one project, at least one
 * @param table the feature table
 * @param location of it, as Spark opens it
 * @param asOf its column of event times
 * @param connectionName name of the connection, for messages and for the variable of a password that comes from no variable
 */
public record FeastRepository(
        String service,
        List<OnlineView> views,
        TableName table,
        String location,
        String asOf,
        String connectionName,
        Connection.Redis connection) {
    static final String STORE = "feature_store.yaml";
    static final String DEFINITIONS = "features.py";

    /** What Feast's Spark reads Delta tables with. */
    static final String DELTA = "io.delta:delta-spark_2.12:3.3.3";

    private static final int SECONDS_PER_DAY = 86_400;

    public FeastRepository {
        views = List.copyOf(views);
    }

    /**
     * The files of the repository: equal repositories give equal texts.
     *
     * @throws SluiceException PLAN_INVALID when Feast has no way to say how the store is reached
     */
    public GeneratedFiles files() {
        return new GeneratedFiles(Map.of(STORE, store(), DEFINITIONS, definitions()));
    }

    /**
     * The environment variable that Feast reads the password from, where there is one: the same that Sluice reads it from, or
     * one that is named after the connection.
     */
    public Optional<String> variable() {
        return connection
                .password()
                .map(Secret::origin)
                .map(origin -> origin.startsWith("env/")
                        ? origin.substring("env/".length())
                        : connectionName.toUpperCase(Locale.ROOT).replace('-', '_') + "_PASSWORD");
    }

    private String store() {
        return """
                project: %s
                provider: local
                registry: data/registry.db
                entity_key_serialization_version: 3
                online_store:
                  type: redis
                  connection_string: %s
                offline_store:
                  type: spark
                  spark_conf:
                    spark.master: "local[*]"
                    spark.sql.session.timeZone: UTC
                    spark.sql.extensions: io.delta.sql.DeltaSparkSessionExtension
                    spark.sql.catalog.spark_catalog: org.apache.spark.sql.delta.catalog.DeltaCatalog
                    spark.jars.packages: %s
                """
                .formatted(quoted(project()), quoted(connectionString()), DELTA);
    }

    private String project() {
        return views.get(0).project();
    }

    /** Feast splits it at commas and puts variables in for what a $ begins. */
    private String connectionString() {
        if (connection.address().startsWith("[")) {
            throw refused("address", connection.address(), "HOST:PORT without brackets", "give the host a name");
        }
        StringBuilder text = new StringBuilder(connection.address())
                .append(",db=")
                .append(connection.database())
                .append(connection.tls() ? ",ssl=true" : "");
        connection.user().ifPresent(user -> {
            if (!user.matches("[^,$\"\\\\\\s]+")) {
                throw refused("user", user, "a name without , $ \" \\ and blanks", "give Redis a user of another name");
            }
            text.append(",username=").append(user);
        });
        variable().ifPresent(name -> text.append(",password=${").append(name).append('}'));
        return text.toString();
    }

    private SluiceException refused(String key, String found, String expected, String hint) {
        return new SluiceException(
                ErrorCode.PLAN_INVALID,
                "connections/" + connectionName + "/" + key + ": expected " + expected
                        + ", which is all that Feast's connection_string can say, found '" + found + "'",
                hint);
    }

    private String definitions() {
        List<String> parts = new ArrayList<>(List.of(imports(), source()));
        entities().forEach(entity -> parts.add(entity(entity)));
        views.forEach(view -> parts.add(view(view)));
        parts.add("service = FeatureService(name=%s, features=[%s])\n"
                .formatted(quoted(service), joined(views.stream().map(FeastRepository::variable))));
        return String.join("\n", parts);
    }

    private String imports() {
        Stream<Column> columns = views.stream().flatMap(FeastRepository::columns);
        String types = columns.flatMap(column -> column.isList()
                        ? Stream.of("Array", feastType(column.type()))
                        : Stream.of(feastType(column.type())))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        return """
                from datetime import timedelta

                from feast import Entity, FeatureService, FeatureView, Field, ValueType
                from feast.infra.offline_stores.contrib.spark_offline_store.spark_source import SparkSource
                from feast.table_format import DeltaFormat
                from feast.types import %s
                """
                .formatted(types);
    }

    private String source() {
        return """
                source = SparkSource(
                    name=%s,
                    path=%s,
                    table_format=DeltaFormat(),
                    timestamp_field=%s,
                )
                """
                .formatted(quoted(table.text()), quoted(location), quoted(asOf));
    }

    /** One for each column: all views are of one table, in which it has one type. */
    private Collection<Column> entities() {
        Map<String, Column> entities = new LinkedHashMap<>();
        views.forEach(view -> view.entity().forEach(column -> entities.putIfAbsent(column.name(), column)));
        return entities.values();
    }

    private static String entity(Column column) {
        return "%s = Entity(name=%s, join_keys=[%s], value_type=ValueType.%s)\n"
                .formatted(variable(column), quoted(column.name()), quoted(column.name()), column.type());
    }

    private static String view(OnlineView view) {
        String schema = columns(view)
                .map(column ->
                        "        Field(name=%s, dtype=%s),\n".formatted(quoted(column.name()), feastType(column)))
                .collect(Collectors.joining());
        return """
                %s = FeatureView(
                    name=%s,
                    entities=[%s],
                    ttl=%s,
                    schema=[
                %s    ],
                    source=source,
                )
                """
                .formatted(
                        variable(view),
                        quoted(view.name()),
                        joined(view.entity().stream().map(FeastRepository::variable)),
                        ttl(view),
                        schema);
    }

    /** None is for ever, as with us. */
    private static String ttl(OnlineView view) {
        if (!view.expires()) {
            return "timedelta(0)";
        }
        long seconds = view.expireAfter().toSeconds();
        return seconds % SECONDS_PER_DAY == 0
                ? "timedelta(days=%d)".formatted(seconds / SECONDS_PER_DAY)
                : "timedelta(seconds=%d)".formatted(seconds);
    }

    private static Stream<Column> columns(OnlineView view) {
        return Stream.concat(view.entity().stream(), view.features().stream());
    }

    private static String feastType(Column column) {
        String type = feastType(column.type());
        return column.isList() ? "Array(" + type + ")" : type;
    }

    private static String feastType(OnlineView.ValueType type) {
        return switch (type) {
            case STRING -> "String";
            case BYTES -> "Bytes";
            case INT32 -> "Int32";
            case INT64 -> "Int64";
            case DOUBLE -> "Float64";
            case FLOAT -> "Float32";
            case BOOL -> "Bool";
            case TIME -> "UnixTimestamp";
        };
    }

    /** The end of a name says what it is, so that no two names are one and none is a word of Python. */
    private static String variable(OnlineView view) {
        return view.name() + "_view";
    }

    private static String variable(Column entity) {
        return entity.name() + "_entity";
    }

    private static String joined(Stream<String> names) {
        return names.collect(Collectors.joining(", "));
    }

    /** As YAML and Python read it. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
