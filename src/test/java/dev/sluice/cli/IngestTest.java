package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Throwables;
import dev.sluice.config.Loader;
import dev.sluice.config.Step;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.FaultPoint;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TableName;
import dev.sluice.frame.SqlExpressions;
import dev.sluice.pipeline.Runner;
import dev.sluice.port.RowSource;
import dev.sluice.testing.LiveHeap;
import dev.sluice.testing.SparkTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetOutputFormat;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelines of one table each, from the YAML to the rows of the table and of its quarantine. */
@SparkTest
final class IngestTest {
    @TempDir
    private Path folder;

    private SparkSession spark;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void quiet(SparkSession session) {
        spark = session;
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void loud() {
        System.setErr(err);
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "orc", "avro"})
    void filesWithASchemaAreReadByNameAndWidened(String format) {
        write(format, "a", "SELECT 1 AS id, CAST(1.5 AS FLOAT) AS amount, 'x' AS note");
        write(format, "b", "SELECT 'y' AS NOTE, 2L AS id, 2.5D AS amount, true AS extra");
        write(format, "c", "SELECT CAST(NULL AS BIGINT) AS id, 'many' AS amount, 'z' AS note");
        Lake lake = lake(
                """
                    read: {format: %s, path: "%s/*.%s"}
                    columns: {id: long, amount: double, note: string}
                """
                        .formatted(format, folder, format),
                """
                    rows: {has_id: {expect: id is not null}}
                    write: {mode: overwrite}
                """);
        assertThat(lake.run("2024-03-01")).isEmpty();
        assertThat(lake.rows("id", "amount", "note")).containsExactly("[1,1.5,x]", "[2,2.5,y]");
        assertThat(lake.stopped())
                .containsExactly("[[type, has_id],[amount, null],{\"amount\":\"many\",\"note\":\"z\"}]");
    }

    @Test
    void aSchemaThatDoesNotFitIsRefusedWithTheFilesName() throws IOException {
        Path files = write("parquet", "a", "SELECT 5000000000L AS id, 'x' AS note");
        String source =
                """
                    read: {format: parquet, path: "%s/*.parquet"}
                    columns: {id: int, note: string}
                """
                        .formatted(folder);
        Lake narrow = lake(source, "    write: {mode: append}\n");
        assertThat(narrow.refused("2024-03-01", ErrorCode.INPUT_MALFORMED))
                .isEqualTo("file:" + files + " has id as bigint, which int does not hold without loss; source things"
                        + " declares id, note");
        Lake strict = lake(
                source.replace("id: int", "id: long, more: int") + "    evolve: {new: fail}\n",
                "    write: {mode: append}\n");
        assertThat(strict.refused("2024-03-01", ErrorCode.INPUT_MALFORMED))
                .isEqualTo("file:" + files + " lacks more; source things declares id, more, note");
        Lake exact = lake(
                source.replace("id: int", "id: long").replace("note: string", "other: string")
                        + "    evolve: {new: fail, missing: null}\n",
                "    write: {mode: append}\n");
        assertThat(exact.refused("2024-03-01", ErrorCode.INPUT_MALFORMED))
                .isEqualTo(
                        "file:" + files + " has columns that are not declared: note; source things declares id, other");

        Files.write(files, new byte[0]);
        assertThat(narrow.refused("2024-03-01", ErrorCode.INPUT_MALFORMED))
                .isEqualTo("file:" + files + " is no whole parquet file: file:" + files
                        + " is not a Parquet file (length is too low: 0)");
    }

    /** The rows are 40 MB of text: who held them would be seen. Each is read, typed, judged, profiled and written. */
    @Test
    void tenTimesTheRowsNeedNoMoreMemory() {
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        hadoop.setInt(ParquetOutputFormat.BLOCK_SIZE, 1 << 20); // what Parquet's writers hold, usually 128 MB each
        try {
            heapOf(10_000); // what is made once
            long few = heapOf(20_000);
            long many = heapOf(200_000);
            assertThat(many - few).isLessThan(20L << 20);
        } finally {
            hadoop.unset(ParquetOutputFormat.BLOCK_SIZE);
        }
    }

    private long heapOf(int rows) {
        spark.range(0, rows, 1, 2)
                .selectExpr("id", "if(id % 1000 = 0, 'many', id) AS amount", "repeat(sha1(string(id)), 5) AS note")
                .write()
                .option("header", true)
                .csv(folder.resolve("rows-" + rows).toString());
        Lake lake = lake(
                """
                    read: {format: csv, path: "%s/rows-%d/*.csv"}
                    columns: {id: long, amount: double, note: string}
                """
                        .formatted(folder, rows),
                """
                    rows: {short: {expect: length(note) < 1000}}
                    checks: {complete: {complete: note}}
                    write: {mode: overwrite}
                """);
        return LiveHeap.most(() -> assertThat(lake.run("2024-03-01")).isEmpty());
    }

    @Test
    void newColumnsAreAddedAndTypesWidenedInTheTableToo() {
        write("parquet", "2024-03-01", "SELECT 1 AS id");
        write("parquet", "2024-03-02", "SELECT 5000000000L AS id, 'new' AS note");
        String source =
                """
                    read: {format: parquet, path: "%s/{yyyy-MM-dd}.parquet"}
                    columns: {id: TYPE}
                    evolve: {new: add, type: POLICY}
                """
                        .formatted(folder);
        String append = "    write: {mode: append}\n";
        assertThat(lake(source.replace("TYPE", "int").replace("POLICY", "widen"), append)
                        .run("2024-03-01"))
                .isEmpty();
        assertThat(lake(source.replace("TYPE", "long").replace("POLICY", "fail"), append)
                        .refused("2024-03-02", ErrorCode.PLAN_INVALID))
                .isEqualTo("table bronze.things has id as int, the rows have bigint");
        Lake lake = lake(source.replace("TYPE", "long").replace("POLICY", "widen"), append);
        assertThat(lake.run("2024-03-02")).isEmpty();
        assertThat(lake.rows("id", "note")).containsExactly("[1,null]", "[5000000000,new]");
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("widening bronze.things: id as int, the rows have bigint");
        assertThat(lake.facts("2024-03-02")).containsEntry("added_columns", "note");
    }

    @Test
    void rowsArePreparedAsDeclared() throws IOException {
        Files.writeString(
                folder.resolve("a.csv"),
                """
                Nr;when;price;qty;city
                1;24.12.2023 18:30;1.234,50;;  Bern
                1;24.12.2023 19:30;2.000,00;2;Bern
                2;31.02.2023 18:30;3,00;3;Basel
                3;01.01.2024 00:00;3,005;3;Basel
                4;01.01.2024 00:00;4,00;4;Chur
                """);
        Lake lake = lake(
                """
                    read: {format: csv, path: "%s/a.csv", separator: ";"}
                    columns: {nr: int, when: string, price: string, qty: int, city: string}
                """
                        .formatted(folder),
                """
                    trim: [city]
                    cast:
                      when: {to: timestamp, format: dd.MM.yyyy HH:mm, zone: Europe/Zurich}
                    rename: {nr: id, when: at}
                    fill: {qty: 1}
                    derive: {day: to_date(at)}
                    dedupe: {by: [id], keep: last, order_by: [at]}
                    write: {mode: overwrite}
                """);
        assertThat(lake.run("2024-03-01")).isEmpty();
        assertThat(lake.rows("id", "at", "price", "qty", "city", "day"))
                .containsExactly(
                        "[1,2023-12-24 18:30:00.0,2.000,00,2,Bern,2023-12-24]",
                        "[3,2023-12-31 23:00:00.0,3,005,3,Basel,2023-12-31]",
                        "[4,2023-12-31 23:00:00.0,4,00,4,Chur,2023-12-31]");
        assertThat(lake.stopped())
                .containsExactly("[[type],[when],{\"nr\":\"2\",\"when\":\"31.02.2023 18:30\",\"price\":\"3,00\","
                        + "\"qty\":\"3\",\"city\":\"Basel\"}]");
        assertThat(lake.facts("2024-03-01")).containsEntry("removed", "1");

        Lake first = lake.with("keep: last", "keep: first");
        assertThat(first.run("2024-03-02")).isEmpty();
        assertThat(first.rows("id", "at", "qty", "city")).contains("[1,2023-12-24 17:30:00.0,1,Bern]");
        assertThat(lake.with("keep: last", "keep: fail").refused("2024-03-03", ErrorCode.RULE_FAILED))
                .isEqualTo("rows of bronze.things break rules that must hold: dedupe (2 rows)");
    }

    /** Spark asks by failing whether dates before 1582 and times before 1900 are meant as they stand. */
    @Test
    void oldDatesAreAsTheyStand() throws IOException {
        Files.writeString(
                folder.resolve("a.csv"),
                """
                id,born,at
                1,0001-01-01,1899-12-31 23:00:00
                2,1582-10-10,9999-12-31 23:59:59
                """);
        Lake lake = lake(
                """
                    read: {format: csv, path: "%s/a.csv"}
                    columns: {id: int, born: date, at: timestamp}
                """
                        .formatted(folder),
                """
                    write: {mode: overwrite}
                """);
        assertThat(lake.run("2024-03-01")).isEmpty();
        assertThat(lake.rows("id", "string(born)", "string(at)"))
                .containsExactly("[1,0001-01-01,1899-12-31 23:00:00]", "[2,1582-10-10,9999-12-31 23:59:59]");
    }

    /** Whatever a driver dies of, each file's rows are there once. */
    @Test
    void filesAreTakenOnceAsTheyArrive() throws Exception {
        Files.createDirectories(folder.resolve("in"));
        Lake lake = lake(
                """
                    read: {format: csv, path: "%s/in/*.csv", new_only: true}
                    columns: {id: int, note: string}
                """
                        .formatted(folder),
                """
                    rows: {positive: {expect: id > 0}}
                    write: {mode: append}
                """);
        assertThat(lake.refused("2024-03-01", ErrorCode.INPUT_MISSING))
                .isEqualTo("nothing has arrived at source things");
        arrive("a.csv", "id,note\n1,x\n-1,bad\n");
        arrive("b.csv", "note,id\ny,2\n");
        for (String point : List.of("publish.staged", "commit.before", "publish.committed", "record.before")) {
            assertThat(lake.dies("2024-03-01", point)).as(point).isTrue();
        }
        assertThat(lake.run("2024-03-01")).isEmpty();
        assertThat(lake.rows("id", "note")).containsExactly("[1,x]", "[2,y]");
        assertThat(lake.stopped()).hasSize(1);
        assertThat(lake.facts("2024-03-01")).containsEntry("batches", "1");

        arrive("old.csv", "id,note\n3,z\n");
        Files.setLastModifiedTime(folder.resolve("in/old.csv"), FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
        arrive("a.csv", "id,note\n1,changed\n");
        assertThat(lake.dies("2024-03-02", "publish.committed")).isTrue();
        assertThat(lake.run("2024-03-03")).isEmpty();
        assertThat(lake.rows("id", "note")).containsExactly("[1,x]", "[2,y]", "[3,z]");
        assertThat(said.toString(StandardCharsets.UTF_8))
                .containsPattern(
                        "warning: file:\\S+/in/a.csv changed after run test read it \\(19 bytes of \\S+, now 18"
                                + " of \\S+\\)");
        assertThat(lake.files()).hasSize(3);
    }

    /** What arrived stays to be taken, until it can be: as it is then, without what somebody removed. */
    @Test
    void filesThatCouldNotBePublishedAreTakenWhenTheyAreRepaired() throws Exception {
        Files.createDirectories(folder.resolve("in"));
        Lake lake = lake(
                """
                    read: {format: csv, path: "%s/in/*", new_only: true}
                    columns: {id: int, note: string}
                """
                        .formatted(folder),
                """
                    rows: {positive: {expect: id > 0, else: fail}}
                    write: {mode: append}
                """);
        arrive("a.csv", "id,note\n1,x\n-1,bad\n");
        arrive("b.csv", "id,note\n2,y\n");
        arrive("c.csv.gz", "no archive");
        assertThat(lake.refused("2024-03-01", ErrorCode.INPUT_MALFORMED)).contains("/in/c.csv.gz");
        Files.delete(folder.resolve("in/c.csv.gz"));
        assertThat(lake.refused("2024-03-01", ErrorCode.RULE_FAILED))
                .isEqualTo("rows of bronze.things break rules that must hold: positive (1 rows)");
        arrive("d.csv", "id,note\n4,later\n");
        arrive("a.csv", "id,note\n1,x\n3,repaired\n");
        assertThat(lake.run("2024-03-02")).isEmpty();
        assertThat(lake.rows("id", "note")).containsExactly("[1,x]", "[2,y]", "[3,repaired]", "[4,later]");
        assertThat(lake.facts("2024-03-02")).containsEntry("batches", "2");
        assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("changed after");
    }

    @Test
    void aDeltaTableIsReadAtAVersionAtATimeOrByItsChanges() {
        String table = folder.resolve("theirs").toString();
        spark.sql("SELECT 1 AS id, 'a' AS note")
                .write()
                .format("delta")
                .option("delta.enableChangeDataFeed", true)
                .save(table);
        spark.sql("SELECT 2 AS id, 'b' AS note")
                .write()
                .format("delta")
                .mode("append")
                .save(table);
        spark.sql("UPDATE delta.`" + table + "` SET note = 'c' WHERE id = 1");
        String overwrite = "    write: {mode: overwrite}\n";
        String columns = "    columns: {id: int, note: string}\n";
        Lake newest = lake("    read: {format: delta, path: \"" + table + "\"}\n" + columns, overwrite);
        assertThat(newest.run("2024-03-01")).isEmpty();
        assertThat(newest.rows("id", "note")).containsExactly("[1,c]", "[2,b]");
        assertThat(newest.facts("2024-03-01")).containsEntry("source_version", "2");

        Lake pinned = lake("    read: {format: delta, path: \"" + table + "\", version: 1}\n" + columns, overwrite);
        assertThat(pinned.run("2024-03-02")).isEmpty();
        assertThat(pinned.rows("id", "note")).containsExactly("[1,a]", "[2,b]");

        Lake early = lake(
                "    read: {format: delta, path: \"" + table + "\", timestamp: 2001-01-01T00:00:00Z}\n" + columns,
                overwrite);
        assertThat(early.refused("2024-03-03", ErrorCode.INPUT_MISSING))
                .startsWith("no version of 2001-01-01T00:00:00Z, the log begins with 2");

        Lake changes = lake(
                "    read: {format: delta, path: \"" + table + "\", changes: true}\n"
                        + "    columns: {id: int, note: string, _change_type: string, _commit_version: long}\n",
                "    write: {mode: append}\n    rows: {changed: {expect: _change_type is not null}}\n");
        assertThat(changes.run("2020-01-01", "2040-01-01")).isEmpty();
        assertThat(changes.rows("_commit_version", "_change_type", "id", "note").stream()
                        .filter(row -> !row.startsWith("[null")))
                .containsExactly(
                        "[0,insert,1,a]", "[1,insert,2,b]", "[2,update_postimage,1,c]", "[2,update_preimage,1,a]");
        assertThat(changes.refused("2024-03-04", ErrorCode.INPUT_MISSING))
                .startsWith("no commit between 2024-03-04T00:00:00Z and 2024-03-05T00:00:00Z for source things");
    }

    /** A source of one's own: so many rows, each with the interval's start. */
    public static final class Counting implements RowSource {
        @Override
        public Found read(Request request) {
            dev.sluice.config.Read.Java read =
                    (dev.sluice.config.Read.Java) request.source().read();
            Dataset<Row> rows = request.spark()
                    .range(Long.parseLong(read.options().get("rows")))
                    .selectExpr("CAST(id AS INT) AS id", "'" + request.covers().from() + "' AS at");
            return Found.of(rows, Map.of("counted", read.options().get("rows")));
        }
    }

    @Test
    void aSourceOfOnesOwnIsUsedByTheNameOfItsClass() {
        String source =
                """
                    read: {format: java, uses: "CLASS", options: {rows: "3"}}
                    columns: {id: long, at: timestamp}
                    select: {by: at}
                """;
        String ingest = "    rows: {not_two: {expect: id != 2}}\n    write: {mode: append}\n";
        Lake lake = lake(source.replace("CLASS", Counting.class.getName()), ingest);
        assertThat(lake.run("2024-03-01")).isEmpty();
        assertThat(lake.run("2024-03-02")).isEmpty();
        assertThat(lake.rows("id", "at"))
                .containsExactly(
                        "[0,2024-03-01 00:00:00.0]",
                        "[0,2024-03-02 00:00:00.0]",
                        "[1,2024-03-01 00:00:00.0]",
                        "[1,2024-03-02 00:00:00.0]");
        assertThat(lake.stopped()).hasSize(2);
        assertThat(lake.facts("2024-03-01")).containsEntry("counted", "3");

        Optional<SluiceException> none = Optional.empty();
        try {
            lake(source.replace("CLASS", "org.example.None"), ingest).run("2024-03-01");
        } catch (SluiceException e) {
            none = Optional.of(e);
        }
        assertThat(none).hasValueSatisfying(e -> assertThat(e)
                .hasMessage("source things uses the class org.example.None, found no such class"));
    }

    @Test
    void aTextThatLostBytesStaysStopped() throws Exception {
        Files.write(
                folder.resolve("a.csv"),
                "id,name,amount\n1,caf\u00e9,1\n2,x,-1\n".getBytes(StandardCharsets.ISO_8859_1));
        Lake strict = lake(
                """
                    read: {format: csv, path: "%s/a.csv"}
                    columns: {id: int, name: string, amount: double}
                """
                        .formatted(folder),
                """
                    rows: {positive: {expect: amount > 0}}
                    write: {mode: append}
                """);
        assertThat(strict.run("2024-03-01")).isEmpty();
        Lake mild = strict.with("amount > 0", "amount > -100");
        assertThat(mild.replay()).isEmpty();
        assertThat(mild.rows("id", "name")).containsExactly("[2,x]");
        assertThat(mild.stopped()).singleElement().asString().contains("[encoding]", "caf\uFFFD");
    }

    /** Rows that pass today's rules are added once, whatever the driver dies of; the others stay, as first seen. */
    @ParameterizedTest
    @ValueSource(strings = {"mode: append", "mode: merge, order_by: [amount]", "mode: replace_interval, by: day"})
    void stoppedRowsAreJudgedAgain(String mode) throws Exception {
        Files.writeString(
                folder.resolve("a.csv"),
                """
                id,at,amount
                1,2024-03-01T10:00:00Z,1.5
                2,2024-03-01T11:00:00Z,-2
                2,2024-03-01T11:00:00Z,-3
                3,2024-03-01T12:00:00Z,-300
                4,01.03.2024,4
                5,2024-03-01T13:00:00Z,many
                6,2024-03-01T13:00:00Z
                1,2024-03-01T10:00:00Z,-1
                """);
        Lake strict = lake(
                """
                    read: {format: csv, path: "%s/a.csv"}
                    columns: {id: int, at: timestamp, amount: double}
                    select: {by: at}
                """
                        .formatted(folder),
                """
                    derive: {day: to_date(at)}
                    rows: {positive: {expect: amount > 0}}
                    write: {%s}
                """
                        .formatted(mode));
        assertThat(strict.run("2024-03-01")).isEmpty();
        assertThat(strict.stopped()).hasSize(7);
        List<String> seen = strict.firstSeen();

        Lake mild = strict.with("amount > 0", "amount > -100");
        assertThat(mild.replayDies("publish.committed")).isTrue();
        assertThat(strict.replay()).hasValueSatisfying(e -> assertThat(e)
                .hasMessageStartingWith("a replay of bronze.things was interrupted"));
        assertThat(mild.replay()).isEmpty();
        boolean keyed = mode.contains("replace_interval");
        List<String> expected = mode.contains("append")
                ? List.of("[1,-1.0]", "[1,1.5]", "[2,-2.0]", "[2,-3.0]")
                : List.of("[1,1.5]", "[2,-2.0]");
        assertThat(mild.rows("id", "amount")).isEqualTo(expected);
        assertThat(mild.stopped()).hasSize(keyed ? 6 : 4);
        assertThat(mild.firstSeen()).isSubsetOf(seen);
        assertThat(mild.stopped().toString())
                .contains("[malformed]", "\"amount\":\"many\"", "\"at\":\"01.03.2024\"", "\"amount\":\"-300\"");

        assertThat(mild.replay()).isEmpty();
        assertThat(mild.rows("id", "amount")).isEqualTo(expected);
    }

    private void arrive(String name, String content) throws IOException {
        Path part = Files.writeString(folder.resolve(name + ".part"), content);
        Files.move(part, folder.resolve("in/" + name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** One file of a format. */
    private Path write(String format, String name, String sql) {
        Path file = folder.resolve(name + "." + format);
        Path made = folder.resolve("made-" + name);
        spark.sql(sql).coalesce(1).write().format(format).save(made.toString());
        try (var files = Files.list(made)) {
            Files.move(
                    files.filter(path -> path.getFileName().toString().startsWith("part-"))
                            .findFirst()
                            .orElseThrow(),
                    file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return file;
    }

    private Lake lake(String source, String ingest) {
        return new Lake(source, ingest);
    }

    /** A pipeline and what it made. */
    private final class Lake {
        private final String source;
        private final String ingest;
        private final Wiring wiring;

        Lake(String source, String ingest) {
            this.source = source;
            this.ingest = ingest;
            String yaml =
                    """
                    format: 1
                    pipeline: things
                    connections: {lake: {kind: delta, root: "LAKE"}}
                    clock: {zone: UTC}
                    sources:
                      things:
                    SOURCE
                    ingest:
                      bronze.things:
                        from: things
                        key: [id]
                    INGEST
                    jobs: {daily: {steps: [ingest]}}
                    """
                            .replace("LAKE", folder.resolve("lake").toString())
                            .replace("SOURCE", source)
                            .replace("INGEST", ingest);
            try {
                Path file = Files.writeString(folder.resolve("pipeline.yml"), yaml);
                this.wiring = Wiring.of(new Loader(new SqlExpressions(), Map.<String, String>of()::get)
                        .load(new Loader.Request(file, Optional.empty(), Map.of(), Map.of())));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        Lake with(String old, String fresh) {
            return new Lake(source, ingest.replace(old, fresh));
        }

        Optional<SluiceException> run(String day) {
            return run(day, java.time.LocalDate.parse(day).plusDays(1).toString());
        }

        Optional<SluiceException> run(String from, String to) {
            return wiring.runner()
                    .run(new Runner.Request(
                            "test",
                            Set.of(Step.INGEST),
                            List.of(Interval.parse(from + "/" + to, ZoneOffset.UTC)),
                            false))
                    .failure();
        }

        Optional<SluiceException> replay() {
            TableName table = new TableName("bronze.things");
            return wiring.runner(List.of(wiring.replay(table)))
                    .run(new Runner.Request(
                            "replay",
                            Set.of(Step.INGEST),
                            new StoppedRows(wiring.recordTables(), table).intervals(),
                            true))
                    .failure();
        }

        List<String> firstSeen() {
            return texts(new TableName("bronze.things__quarantine"), "first_seen");
        }

        boolean replayDies(String point) throws Exception {
            return dies(point, this::replay);
        }

        /** The message of a run that is refused. */
        String refused(String day, ErrorCode code) {
            SluiceException failure = run(day).orElseThrow();
            assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
            return failure.getMessage();
        }

        /** Whether a run came to a point, where it ended with nothing said or cleaned up; its lease is given back. */
        boolean dies(String day, String point) throws Exception {
            return dies(point, () -> run(day));
        }

        private static boolean dies(String point, Supplier<Optional<SluiceException>> run) throws Exception {
            AutoCloseable armed = FaultPoint.arm(at -> {
                if (at.equals(point)) {
                    throw new IllegalStateException("died at " + point);
                }
            });
            try {
                return run.get()
                        .filter(e -> Throwables.getStackTraceAsString(e).contains("died at " + point))
                        .isPresent();
            } finally {
                armed.close();
            }
        }

        List<String> rows(String... columns) {
            return texts(new TableName("bronze.things"), columns);
        }

        /** Rules, columns and row of what was stopped. */
        List<String> stopped() {
            return texts(new TableName("bronze.things__quarantine"), "rules", "reasons.column", "row").stream()
                    .map(text -> text.replace("WrappedArray(", "[").replaceAll("\\)(?=[,\\]])", "]"))
                    .toList();
        }

        List<String> files() {
            List<String> files = new ArrayList<>();
            wiring.recordTables().scan(new TableName("_sluice.files"), row -> files.add(row.getAs("path")));
            return files;
        }

        Map<String, String> facts(String day) {
            return wiring.history()
                    .newest(
                            "ingest/bronze.things",
                            Interval.parse(
                                    day + "/" + java.time.LocalDate.parse(day).plusDays(1), ZoneOffset.UTC))
                    .orElseThrow()
                    .result()
                    .facts();
        }

        private List<String> texts(TableName table, String... columns) {
            return spark
                    .read()
                    .format("delta")
                    .load(folder.resolve("lake").resolve(table.path()).toString())
                    .selectExpr(columns)
                    .collectAsList()
                    .stream()
                    .map(Row::toString)
                    .sorted()
                    .toList();
        }
    }
}
