package dev.sluice.generate;

import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.Column;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A feature repository of Feast 0.67 over tables of features and what is pushed of them: {@value #STORE} says where the features
 * are, {@value #DEFINITIONS} what they are.
 *
 * @param service name of the feature service that has all views
 * @param sources tables with what is served of them, at least one; all views of one project
 * @param asOf the tables' column of event times
 * @param online where the views are pushed to
 */
public record FeastRepository(String service, List<Source> sources, String asOf, FeastStore online) {
    static final String STORE = "feature_store.yaml";
    static final String DEFINITIONS = "features.py";

    /** What Feast's Spark reads Delta tables with. */
    static final String DELTA = "io.delta:delta-spark_2.12:3.3.3";

    private static final int SECONDS_PER_DAY = 86_400;

    public FeastRepository {
        sources = List.copyOf(sources);
    }

    /**
     * A table of features.
     *
     * @param location of it, as Spark opens it
     * @param views at least one
     */
    public record Source(TableName table, String location, List<OnlineView> views) {
        public Source {
            views = List.copyOf(views);
        }
    }

    /**
     * The files of the repository: equal repositories give equal texts.
     *
     * @throws SluiceException PLAN_INVALID when Feast has no way to say how the store is reached, or two tables have an entity
     *     column of one name in two types
     */
    public GeneratedFiles files() {
        return new GeneratedFiles(Map.of(STORE, store(), DEFINITIONS, definitions()));
    }

    private String store() {
        return """
                project: %s
                provider: local
                registry: data/registry.db
                entity_key_serialization_version: 3
                online_store:
                %s
                offline_store:
                  type: spark
                  spark_conf:
                    spark.master: "local[*]"
                    spark.sql.session.timeZone: UTC
                    spark.sql.extensions: io.delta.sql.DeltaSparkSessionExtension
                    spark.sql.catalog.spark_catalog: org.apache.spark.sql.delta.catalog.DeltaCatalog
                    spark.jars.packages: %s
                """
                .formatted(
                        quoted(views().findFirst().orElseThrow().project()),
                        online.lines().stream().map(line -> "  " + line).collect(Collectors.joining("\n")),
                        DELTA);
    }

    private Stream<OnlineView> views() {
        return sources.stream().flatMap(source -> source.views().stream());
    }

    private String definitions() {
        List<String> parts = new ArrayList<>(List.of(imports()));
        sources.forEach(source -> parts.add(source(source)));
        entities().forEach(entity -> parts.add(entity(entity)));
        sources.forEach(source -> source.views().forEach(view -> parts.add(view(view, source))));
        parts.add("service = FeatureService(name=%s, features=[%s])\n"
                .formatted(quoted(service), joined(views().map(FeastRepository::variable))));
        return String.join("\n", parts);
    }

    private String imports() {
        Stream<Column> columns = views().flatMap(FeastRepository::columns);
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

    private String source(Source source) {
        return """
                %s = SparkSource(
                    name=%s,
                    path=%s,
                    table_format=DeltaFormat(),
                    timestamp_field=%s,
                )
                """
                .formatted(
                        variable(source),
                        quoted(source.table().unversioned().text()),
                        quoted(source.location()),
                        quoted(asOf));
    }

    /** One for each name. */
    private Collection<Column> entities() {
        Map<String, Column> entities = new LinkedHashMap<>();
        views().forEach(view -> view.entity().forEach(column -> {
            Column other = entities.putIfAbsent(column.name(), column);
            if (other != null && other.type() != column.type()) {
                throw new SluiceException(
                        ErrorCode.PLAN_INVALID,
                        "push/views/" + view.name() + "/entity: expected " + column.name() + " of the type "
                                + other.type() + ", which it has in another view, found " + column.type()
                                + ": Feast has one entity of a name",
                        "give it the same type in all tables that are pushed, by cast, or another name");
            }
        }));
        return entities.values();
    }

    private static String entity(Column column) {
        return "%s = Entity(name=%s, join_keys=[%s], value_type=ValueType.%s)\n"
                .formatted(variable(column), quoted(column.name()), quoted(column.name()), column.type());
    }

    private String view(OnlineView view, Source source) {
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
                    source=%s,
                )
                """
                .formatted(
                        variable(view),
                        quoted(view.name()),
                        joined(view.entity().stream().map(FeastRepository::variable)),
                        ttl(view),
                        schema,
                        variable(source));
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

    /** The first one is called just source. */
    private String variable(Source source) {
        int number = sources.indexOf(source) + 1;
        return number == 1 ? "source" : "source_" + number;
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
    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
