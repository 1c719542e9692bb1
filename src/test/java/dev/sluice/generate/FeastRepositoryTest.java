package dev.sluice.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Connection;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Secret;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.port.OnlineView;
import dev.sluice.port.OnlineView.Column;
import dev.sluice.port.OnlineView.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text of a feature repository, word by word, and what becomes of files that are there. */
final class FeastRepositoryTest {
    @TempDir
    private Path folder;

    @Test
    void aRepositorySaysWhatIsPushedAndNoPassword() throws IOException {
        assertThat(repository(redis("redis.example.com:6379", "feast", "env/REDIS_PASSWORD"))
                        .files()
                        .write(folder))
                .containsExactly(folder.resolve("feature_store.yaml"), folder.resolve("features.py"));

        assertThat(withoutMark("feature_store.yaml"))
                .isEqualTo(
                        """
                        project: "shop"
                        provider: local
                        registry: data/registry.db
                        entity_key_serialization_version: 3
                        online_store:
                          type: redis
                          connection_string: "redis.example.com:6379,db=3,ssl=true,username=feast,password=${REDIS_PASSWORD}"
                        offline_store:
                          type: spark
                          spark_conf:
                            spark.master: "local[*]"
                            spark.sql.session.timeZone: UTC
                            spark.sql.extensions: io.delta.sql.DeltaSparkSessionExtension
                            spark.sql.catalog.spark_catalog: org.apache.spark.sql.delta.catalog.DeltaCatalog
                            spark.jars.packages: io.delta:delta-spark_2.12:3.3.3
                        """);
        assertThat(withoutMark("features.py"))
                .isEqualTo(
                        """
                        from datetime import timedelta

                        from feast import Entity, FeatureService, FeatureView, Field, ValueType
                        from feast.infra.offline_stores.contrib.spark_offline_store.spark_source import SparkSource
                        from feast.table_format import DeltaFormat
                        from feast.types import Array, Float64, Int64, String, UnixTimestamp

                        source = SparkSource(
                            name="gold.customers",
                            path="file:/lake/a \\"b\\"/gold/customers",
                            table_format=DeltaFormat(),
                            timestamp_field="as_of",
                        )

                        customer_entity = Entity(name="customer", join_keys=["customer"], value_type=ValueType.STRING)

                        shop_entity = Entity(name="shop", join_keys=["shop"], value_type=ValueType.INT64)

                        customers_view = FeatureView(
                            name="customers",
                            entities=[customer_entity],
                            ttl=timedelta(days=30),
                            schema=[
                                Field(name="customer", dtype=String),
                                Field(name="amount", dtype=Float64),
                                Field(name="seen", dtype=Array(UnixTimestamp)),
                            ],
                            source=source,
                        )

                        visits_view = FeatureView(
                            name="visits",
                            entities=[customer_entity, shop_entity],
                            ttl=timedelta(0),
                            schema=[
                                Field(name="customer", dtype=String),
                                Field(name="shop", dtype=Int64),
                                Field(name="amount", dtype=Float64),
                            ],
                            source=source,
                        )

                        service = FeatureService(name="late-orders", features=[customers_view, visits_view])
                        """);
    }

    @Test
    void aPasswordThatIsInNoVariableGetsOneByTheConnectionsName() {
        assertThat(repository(redis("h:1", null, "file/secrets/redis")).online().variable())
                .contains("ON_LINE_PASSWORD");
    }

    @Test
    void postgresIsSaidAsPythonsDriverReadsIt() {
        assertThat(new FeastStore(
                                "online",
                                postgres(
                                        "db.example.com:5433/shop?sslmode=verify-full&currentSchema=Feast,other",
                                        "feast"))
                        .lines())
                .containsExactly(
                        "type: postgres",
                        "host: \"db.example.com\"",
                        "port: 5433",
                        "database: \"shop\"",
                        "db_schema: \"feast\"",
                        "user: \"feast\"",
                        "password: \"${ONLINE_PASSWORD}\"",
                        "sslmode: \"verify-full\"");
        assertThat(new FeastStore("online", postgres("db/shop", "feast")).lines())
                .contains("port: 5432", "db_schema: \"public\"", "sslmode: \"prefer\"");
        assertThat(new FeastStore("online", postgres("db/shop?ssl=true", "feast")).lines())
                .contains("sslmode: \"verify-full\"");
    }

    @Test
    void tablesHaveASourceEachAndAnEntityOneType() throws IOException {
        Column rider = new Column("rider", ValueType.STRING, false);
        Column spent = new Column("spent", ValueType.DOUBLE, false);
        FeastRepository.Source riders = source("gold.riders__3f2a91c0", view("riders", rider, spent));
        repository(riders, source("gold.tips", view("tips", rider, spent)))
                .files()
                .write(folder);
        assertThat(withoutMark("features.py"))
                .as("a changed definition is the same source at another place")
                .contains(
                        "source = SparkSource(\n    name=\"gold.riders\",\n    path=\"/lake/gold.riders__3f2a91c0\",\n",
                        "source_2 = SparkSource(\n    name=\"gold.tips\",\n",
                        "    source=source,\n",
                        "    source=source_2,\n",
                        "features=[riders_view, tips_view]")
                .containsOnlyOnce("rider_entity = Entity(");

        Column other = new Column("rider", ValueType.INT64, false);
        assertThatThrownBy(() -> repository(riders, source("gold.tips", view("tips", other, spent)))
                        .files())
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLAN_INVALID))
                .hasMessageContaining(
                        "push/views/tips/entity: expected rider of the type STRING, which it has in another"
                                + " view, found INT64");
    }

    private static FeastRepository repository(FeastRepository.Source... sources) {
        return new FeastRepository(
                "riders", List.of(sources), "as_of", new FeastStore("online", redis("h:1", null, "env/P")));
    }

    private static FeastRepository.Source source(String table, OnlineView view) {
        return new FeastRepository.Source(new TableName(table), "/lake/" + table, List.of(view));
    }

    private static OnlineView view(String name, Column entity, Column feature) {
        return new OnlineView("rides", name, List.of(entity), List.of(feature), OnlineView.FOR_EVER);
    }

    @Test
    void whatFeastCannotBeToldIsRefused() {
        for (Connection connection : List.of(
                redis("[::1]:6379", null, "env/P"),
                redis("h:1", "a,b", "env/P"),
                postgres("one,other/shop", "feast"),
                postgres("[::1]/shop", "feast"),
                postgres("db/shop", "fe$ast"))) {
            assertThatThrownBy(() -> new FeastStore("online", connection).lines())
                    .as(connection.toString())
                    .isInstanceOfSatisfying(
                            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLAN_INVALID))
                    .hasMessageContaining("which is all that Feast can be told");
        }
    }

    private static Connection.Jdbc postgres(String address, String user) {
        return new Connection.Jdbc(
                "jdbc:postgresql://" + address, user, Optional.of(new Secret("pW7nK2vR5tX9", "file/secrets/online")));
    }

    @Test
    void filesThatSomebodyMadeOrChangedAreNeverWrittenOver() throws IOException {
        FeastRepository repository = repository(redis("h:1", null, "env/P"));
        repository.files().write(folder);
        assertThat(repository.files().write(folder)).isEmpty();
        assertThat(repository(redis("h:2", null, "env/P")).files().write(folder))
                .containsExactly(folder.resolve("feature_store.yaml"));

        Path definitions = folder.resolve("features.py");
        String changed = Files.readString(definitions) + "# mine\n";
        Files.writeString(definitions, changed);
        String store = Files.readString(folder.resolve("feature_store.yaml"));
        assertThatThrownBy(() -> repository.files().write(folder))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
                .hasMessageContaining(definitions + ", which was made or changed by somebody");
        assertThat(definitions).hasContent(changed);
        assertThat(folder.resolve("feature_store.yaml")).as("all or none").hasContent(store);
    }

    @Test
    void feastReadsDeltaWithTheVersionThatWrites() throws IOException {
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<delta.version>" + FeastRepository.DELTA.replaceFirst(".*:", "") + "</delta.version>")
                .contains("<scala.binary.version>2.12</scala.binary.version>");
    }

    private String withoutMark(String file) throws IOException {
        String whole = Files.readString(folder.resolve(file));
        assertThat(whole).startsWith("# Written by sluice generate; change the pipeline instead. ");
        return whole.substring(whole.indexOf('\n') + 1);
    }

    private static Connection.Redis redis(String address, String user, String origin) {
        return new Connection.Redis(
                address,
                3,
                user != null,
                Optional.ofNullable(user),
                Optional.of(new Secret("pW7nK2vR5tX9", origin)),
                Duration.ofSeconds(1));
    }

    private static FeastRepository repository(Connection.Redis redis) {
        Column customer = new Column("customer", ValueType.STRING, false);
        Column shop = new Column("shop", ValueType.INT64, false);
        Column amount = new Column("amount", ValueType.DOUBLE, false);
        Column seen = new Column("seen", ValueType.TIME, true);
        return new FeastRepository(
                "late-orders",
                List.of(new FeastRepository.Source(
                        new TableName("gold.customers"),
                        "file:/lake/a \"b\"/gold/customers",
                        List.of(
                                new OnlineView(
                                        "shop",
                                        "customers",
                                        List.of(customer),
                                        List.of(amount, seen),
                                        Duration.ofDays(30)),
                                new OnlineView(
                                        "shop",
                                        "visits",
                                        List.of(customer, shop),
                                        List.of(amount),
                                        OnlineView.FOR_EVER)))),
                "as_of",
                new FeastStore("on-line", redis));
    }
}
