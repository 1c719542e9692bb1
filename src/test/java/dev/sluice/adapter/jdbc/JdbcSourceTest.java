package dev.sluice.adapter.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.ColumnType;
import dev.sluice.config.Connection;
import dev.sluice.config.Read;
import dev.sluice.config.Source;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.frame.DeclaredColumns;
import dev.sluice.port.RowSource;
import dev.sluice.port.RowSource.Found;
import dev.sluice.port.RowSource.Request;
import dev.sluice.testing.Ports;
import dev.sluice.testing.PostgresServer;
import dev.sluice.testing.ServerTest;
import dev.sluice.testing.SparkTest;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables of a real PostgreSQL: values, intervals, parts, and what it is asked. */
@SparkTest
@ServerTest
final class JdbcSourceTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final Interval DAY = Interval.parse("2024-03-01/2024-03-02", NEW_YORK);

    @Test
    void valuesKeepTheirTypesAndWhatSparkLacksIsMalformed(SparkSession spark, PostgresServer postgres) {
        postgres.run(
                "CREATE SCHEMA kinds",
                "CREATE TYPE kinds.mood AS ENUM ('fine', 'so so')",
                "CREATE DOMAIN kinds.cents AS int CHECK (VALUE >= 0)",
                "CREATE TABLE kinds.all (id serial, s int2, b int8, f float4, d float8, n numeric(8,2), a numeric, t text,"
                        + " c char(4), v varchar(9), ok boolean, raw bytea, u uuid, j jsonb, m kinds.mood, p kinds.cents,"
                        + " l int[], day date, z timestamptz, w timestamp, h time, \"Odd \"\" name\" text)",
                "INSERT INTO kinds.all VALUES (1, -2, 9223372036854775807, 1.5, 'NaN', 123456.78, 12345678901234567890.125,"
                        + " 'é', 'ab', 'x', true, '\\x00ff', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{\"a\": 1}', 'so so',"
                        + " 5, '{1,2}', '1999-12-31', '2024-03-10 02:30:00.123456-05', '2024-03-10 02:30:00.123456',"
                        + " '10:20', 'q')",
                "INSERT INTO kinds.all (id) VALUES (2)",
                "INSERT INTO kinds.all (id, n) VALUES (3, 'NaN')",
                "INSERT INTO kinds.all (id, day) VALUES (4, '-infinity')",
                "INSERT INTO kinds.all (id, z) VALUES (5, 'infinity')",
                "INSERT INTO kinds.all (id, w) VALUES (6, '0044-03-15 12:00 BC')",
                "INSERT INTO kinds.all (id, a) VALUES (7, 'NaN')");

        Found found =
                read(spark, postgres, "kinds.all", columns("id", "int", "n", "decimal(8,2)", "day", "date"), "", "");

        assertThat(found.rows().schema().catalogString())
                .isEqualTo(
                        "struct<id:int,s:smallint,b:bigint,f:float,d:double,n:decimal(8,2),a:string,t:string,c:string,"
                                + "v:string,ok:boolean,raw:binary,u:string,j:string,m:string,p:int,l:string,day:date,z:timestamp,"
                                + "w:timestamp,h:string,Odd \" name:string,__malformed:string,__origin:string>");
        assertThat(sorted(found.rows().drop("raw")))
                .element(0)
                .isEqualTo("1|-2|9223372036854775807|1.5|NaN|123456.78|12345678901234567890.125|é|ab|x|true|"
                        + "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11|{\"a\": 1}|so so|5|{1,2}|1999-12-31|"
                        + "2024-03-10 07:30:00.123456|2024-03-10 02:30:00.123456|10:20:00|q|null|kinds.all");
        // Nobody declared z and w: they stop no row.
        assertThat(malformed(found.rows()))
                .hasSize(2)
                .satisfiesExactlyInAnyOrder(
                        row -> assertThat(row).startsWith("{\"id\":3,").contains("\"n\":\"NaN\""),
                        row -> assertThat(row).startsWith("{\"id\":4,").contains("\"day\":\"-infinity\""));
        assertThat(malformed(read(
                                spark,
                                postgres,
                                "kinds.all",
                                columns("id", "int", "Z", "timestamp", "w", "timestamp"),
                                "",
                                "")
                        .rows()))
                .satisfiesExactlyInAnyOrder(
                        row -> assertThat(row).startsWith("{\"id\":5,").contains("\"z\":\"infinity\""),
                        row -> assertThat(row).startsWith("{\"id\":6,").contains("\"w\":\"0044-03-15T12:00:00 BC\""));
        assertThat(found.rows()
                        .where("__malformed is not null and id is not null")
                        .count())
                .as("columns of a malformed row are null")
                .isZero();
    }

    @Test
    void policiesOfTheDeclarationSeeAllColumns(SparkSession spark, PostgresServer postgres) {
        postgres.run("CREATE TABLE narrow (id int8, n numeric(12,4), extra text)");
        Map<String, ColumnType> columns = columns("id", "int");
        Found found = read(spark, postgres, "narrow", columns, "", "");
        assertThatThrownBy(() -> new DeclaredColumns("s", source(columns, "")).of(found.rows(), "table narrow"))
                .hasMessage(
                        "table narrow has id as bigint, which int does not hold without loss; source s declares id");
        Map<String, ColumnType> lossy = columns("n", "decimal(12,2)");
        assertThatThrownBy(() -> new DeclaredColumns("s", source(lossy, ""))
                        .of(read(spark, postgres, "narrow", lossy, "", "").rows(), "table narrow"))
                .hasMessage(
                        "table narrow has n as decimal(12,4), which decimal(12,2) does not hold without loss; source s"
                                + " declares n");
    }

    @ParameterizedTest
    @CsvSource({"timestamptz, TIMESTAMPTZ", "timestamp, TIMESTAMP"})
    void anIntervalIsComparedByTheDatabase(String type, String literal, SparkSession spark, PostgresServer postgres) {
        String table = "times_" + type;
        postgres.run(
                "CREATE TABLE " + table + " (id int, at " + type + ")",
                "SET TIME ZONE 'UTC'",
                "INSERT INTO " + table + " VALUES (1, '2024-03-01 04:59:59.999999'), (2, '2024-03-01 05:00:00'),"
                        + " (3, '2024-03-02 04:59:59.999999'), (4, '2024-03-02 05:00:00'), (5, NULL), (6, 'infinity'),"
                        + " (7, '-infinity'), (8, '2024-02-29 05:00:00')",
                "INSERT INTO " + table + " SELECT 100 + i, '2024-01-01'::timestamp + i * interval '1 second' FROM"
                        + " generate_series(1, 20000) i",
                "CREATE INDEX ON " + table + " (at)",
                "ANALYZE " + table);

        Dataset<Row> rows = read(spark, postgres, table, columns("id", "int", "at", "timestamp"), "at", "")
                .rows();

        assertThat(sorted(rows))
                .containsExactly(
                        "2|2024-03-01 05:00:00.0|null|" + table,
                        "3|2024-03-02 04:59:59.999999|null|" + table,
                        "5|null|null|" + table,
                        "null|null|{\"id\":6,\"at\":\"infinity\"}|" + table,
                        "null|null|{\"id\":7,\"at\":\"-infinity\"}|" + table);
        String zone = literal.equals("TIMESTAMPTZ") ? "Z" : "";
        String asked = last(postgres.queries());
        assertThat(asked)
                .contains("WHERE ((\"at\" >= " + literal + " '2024-03-01T05:00:00" + zone + "' AND \"at\" < " + literal
                        + " '2024-03-02T05:00:00" + zone
                        + "') OR \"at\" IS NULL OR \"at\" IN ('infinity', '-infinity'))");
        assertThat(postgres.explain(asked)).contains("Index").doesNotContain("Seq Scan");
        assertThat(ids(read(spark, postgres, table, columns("id", "int"), "", "")
                        .rows()
                        .where("id is not null")))
                .hasSize(20_008);
        assertThat(last(postgres.queries()))
                .as("what is not needed is not asked for")
                .startsWith("SELECT \"__malformed\",\"c0\" FROM ");
    }

    @ParameterizedTest
    @CsvSource({"w", "b", "n", "a", "f", "day", "z", "l"})
    void partsLoseAndDoubleNothing(String by, SparkSession spark, PostgresServer postgres) {
        String table = "parts_" + by;
        postgres.run(
                "CREATE TABLE " + table + " (id int, w int, b int8, n numeric(9,3), a numeric, f float8, day date,"
                        + " z timestamptz, l timestamp)",
                "INSERT INTO " + table + " SELECT i, (random() * 100 - 50)::int, (random() * 1e18)::int8 - 5e17::int8,"
                        + " round((random() * 1000)::numeric, 3), random()::numeric * 1e20, random() - 0.5,"
                        + " date '2024-01-01' + (random() * 60)::int, timestamptz '2024-01-01 00:00Z' + random() * interval '9 days',"
                        + " timestamp '1969-12-30 00:00' + random() * interval '9 days' FROM generate_series(1, 997) i",
                "INSERT INTO " + table + " (id) SELECT i FROM generate_series(998, 1000) i",
                "INSERT INTO " + table
                        + " VALUES (1001, 2147483647, 9223372036854775807, 'NaN', 'Infinity', 'Infinity',"
                        + " 'infinity', 'infinity', 'infinity'), (1002, -2147483648, -9223372036854775808, -999999.999, 'NaN',"
                        + " 'NaN', '-infinity', '-infinity', '-infinity'), (1003, 1, 1, 1, 1, '-Infinity', '0044-03-15 BC',"
                        + " '0044-03-15 BC', '0044-03-15 BC')");
        for (int parts : new int[] {2, 3, 7}) {
            Found found = read(spark, postgres, table, columns("id", "int"), "", by + ":" + parts);
            assertThat(found.facts()).containsEntry("parts", Integer.toString(parts));
            assertThat(ids(found.rows()))
                    .isEqualTo(LongStream.rangeClosed(1, 1003).boxed().toList());
            assertThat(found.rows().javaRDD().getNumPartitions()).isEqualTo(parts);
        }
        List<Long> sizes = read(spark, postgres, table + "", columns("id", "int"), "", by + ":3")
                .rows()
                .javaRDD()
                .glom()
                .map(part -> (long) part.size())
                .collect();
        assertThat(sizes).as("width of parts").allMatch(size -> size < 1003);
    }

    @Test
    void aTableThatCannotBeSplitIsReadInOnePart(SparkSession spark, PostgresServer postgres) {
        postgres.run(
                "CREATE TABLE flat (id int, at timestamp)",
                "INSERT INTO flat VALUES (7, NULL), (7, NULL), (NULL, NULL)");
        assertThat(read(spark, postgres, "flat", columns("id", "int"), "", "id:4")
                        .rows()
                        .count())
                .isEqualTo(3);
        assertThat(read(spark, postgres, "flat", columns("id", "int"), "", "at:4")
                        .rows()
                        .count())
                .isEqualTo(3);
        postgres.run("TRUNCATE flat");
        assertThat(read(spark, postgres, "flat", columns("id", "int"), "", "id:4")
                        .rows()
                        .count())
                .isZero();
    }

    /** Rows that come or go between the question for the range and the reading of the parts. */
    @Test
    void aTableThatGrowsMeanwhileIsReadWithAllItsRows(SparkSession spark, PostgresServer postgres) {
        postgres.run("CREATE TABLE growing (id int)", "INSERT INTO growing SELECT generate_series(1, 100)");
        Dataset<Row> rows = read(spark, postgres, "growing", columns("id", "int"), "", "id:4")
                .rows();
        postgres.run("INSERT INTO growing VALUES (-5), (1000), (NULL)");
        assertThat(rows.count()).isEqualTo(103);
    }

    @Test
    void refusalsSayWhatToDo(SparkSession spark, PostgresServer postgres) {
        postgres.run(
                "CREATE TABLE hidden (id int)",
                "CREATE TABLE plain (id int, note text, at date)",
                "CREATE ROLE guest LOGIN PASSWORD 'gJ7sD2hK'");
        Connection.Jdbc guest = postgres.connection("postgres", "guest", "gJ7sD2hK");
        String url = postgres.url("postgres");

        refused(spark, guest, "hidden", ErrorCode.ACCESS_DENIED)
                .hasMessage("the database of source s (" + url
                        + ") does not let guest read hidden: ERROR: permission denied" + " for table hidden")
                .extracting("hint")
                .isEqualTo("have its owner run GRANT SELECT ON hidden TO guest, and GRANT USAGE on its schema");
        refused(spark, postgres.connection("postgres", "guest", "wrong-one"), "hidden", ErrorCode.ACCESS_DENIED)
                .hasMessage("the database of source s (" + url
                        + ") does not let guest in: FATAL: password authentication" + " failed for user \"guest\"")
                .extracting("hint")
                .isEqualTo("check user and password of connection shop");
        refused(spark, postgres.connection("postgres", "nobody", "x"), "hidden", ErrorCode.ACCESS_DENIED);
        refused(spark, new Connection.Jdbc(url, "guest", Optional.empty()), "hidden", ErrorCode.ACCESS_DENIED);
        refused(spark, guest, "Hidden", ErrorCode.INPUT_MISSING)
                .hasMessage("the database of source s (" + url
                        + ") has no table Hidden: ERROR: relation \"Hidden\" does not" + " exist");
        refused(spark, guest, "no.hidden", ErrorCode.INPUT_MISSING);
        refused(spark, postgres.connection("none", "guest", "gJ7sD2hK"), "hidden", ErrorCode.PLAN_INVALID)
                .hasMessage("the database of source s (" + postgres.url("none")
                        + ") has no such database: FATAL: database" + " \"none\" does not exist");
        String nowhere = "jdbc:postgresql://127.0.0.1:" + Ports.free() + "/postgres";
        refused(spark, new Connection.Jdbc(nowhere, "guest", Optional.empty()), "hidden", ErrorCode.SOURCE_UNAVAILABLE)
                .hasMessageStartingWith(
                        "the database of source s (" + nowhere + ") cannot be reached or has no time: ");

        Map<String, ColumnType> columns = columns("ID", "int", "ad", "timestamp", "at", "timestamp", "note", "string");
        assertThatThrownBy(() -> read(spark, postgres, "plain", columns, "ad", ""))
                .hasMessage(
                        "source s reads ad of plain, which lacks it (is 'id' meant?); its columns are id, note, at");
        assertThatThrownBy(() -> read(spark, postgres, "plain", columns, "at", ""))
                .hasMessage("source s selects by at, which is date in plain, expected a timestamp");
        assertThatThrownBy(() -> read(spark, postgres, "plain", columns, "", "note:2"))
                .hasMessage(
                        "source s splits by note, which is text in plain, expected a number, a date or a timestamp");
    }

    @Test
    void aDatabaseThatEndsWhileItIsReadIsToldApart(SparkSession spark, PostgresServer postgres) {
        postgres.run("CREATE VIEW ending AS SELECT 1 AS id, pg_terminate_backend(pg_backend_pid())");
        JdbcSource source = new JdbcSource(new Read.Jdbc("shop", "ending", Optional.empty()), postgres.connection());
        Request request = request(spark, columns("pg_terminate_backend", "boolean"), "");
        Found found = source.read(request);
        assertThatThrownBy(() -> found.rows().collectAsList())
                .satisfies(e -> assertThat(source.blame(request, Optional.of(found), (Exception) e))
                        .hasValueSatisfying(known -> assertThat(known)
                                .hasMessageStartingWith("the database of source s (" + postgres.url("postgres")
                                        + ") cannot be reached or has no time: ")
                                .extracting(SluiceException::code)
                                .isEqualTo(ErrorCode.SOURCE_UNAVAILABLE)));
        assertThat(source.blame(request, Optional.of(found), new IllegalStateException("of something else")))
                .isEmpty();
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(
            SparkSession spark, Connection.Jdbc connection, String table, ErrorCode code) {
        JdbcSource source = new JdbcSource(new Read.Jdbc("shop", table, Optional.empty()), connection);
        return assertThatThrownBy(() -> source.read(request(spark, columns("id", "int"), "")))
                .isInstanceOfSatisfying(
                        SluiceException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    /** Columns as name, type, name, type. */
    private static Map<String, ColumnType> columns(String... namesAndTypes) {
        Map<String, ColumnType> columns = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTypes.length; i += 2) {
            columns.put(namesAndTypes[i], new ColumnType(namesAndTypes[i + 1]));
        }
        return columns;
    }

    private static Source source(Map<String, ColumnType> columns, String select) {
        return new Source(
                new Read.Jdbc("shop", "unused", Optional.empty()),
                columns,
                new Source.Evolve(Source.OnNew.IGNORE, Source.OnMissing.FAIL, Source.OnType.WIDEN),
                Optional.of(select).filter(by -> !by.isEmpty()).map(by -> new Source.Select(by, Duration.ZERO)),
                new Source.Ready(1, Source.Absent.FAIL));
    }

    private static Request request(SparkSession spark, Map<String, ColumnType> columns, String select) {
        return new Request(spark, "s", source(columns, select), DAY, NEW_YORK);
    }

    /** Reads as the owner; what selects is a column or empty, what splits is COLUMN:PARTS or empty. */
    private static Found read(
            SparkSession spark,
            PostgresServer postgres,
            String table,
            Map<String, ColumnType> columns,
            String select,
            String split) {
        Optional<Read.Jdbc.Split> parts = Optional.of(split)
                .filter(text -> !text.isEmpty())
                .map(text -> text.split(":"))
                .map(text -> new Read.Jdbc.Split(text[0], Integer.parseInt(text[1])));
        return new JdbcSource(new Read.Jdbc("shop", table, parts), postgres.connection())
                .read(request(spark, columns, select));
    }

    private static List<String> sorted(Dataset<Row> rows) {
        return rows.collectAsList().stream()
                .map(row -> row.mkString("|"))
                .sorted()
                .toList();
    }

    private static List<String> malformed(Dataset<Row> rows) {
        return rows.select(RowSource.MALFORMED).collectAsList().stream()
                .filter(row -> !row.isNullAt(0))
                .map(row -> row.getString(0))
                .toList();
    }

    private static List<Long> ids(Dataset<Row> rows) {
        return rows.select("id").collectAsList().stream()
                .map(row -> (long) row.getInt(0))
                .sorted()
                .collect(Collectors.toList());
    }

    private static String last(List<String> queries) {
        return queries.stream()
                .filter(query -> query.contains("AS found") && !query.contains("WHERE 1=0"))
                .reduce((one, later) -> later)
                .orElseThrow();
    }
}
