package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Loader.Loaded;
import dev.sluice.config.Loader.Request;
import dev.sluice.core.Secret;
import dev.sluice.core.TableName;
import dev.sluice.frame.SqlExpressions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds for any record and for any text. */
class ConfigPropertiesTest {
    private static final String CANARY = "canary-5150";
    private static final String FLIGHTS = read(Path.of("conf/pipelines/flights-delay.yml"));
    private static final List<Class<? extends Record>> RECORDS = List.of(
            Contract.class,
            Ingest.class,
            Features.class,
            Source.class,
            Gate.OfMetric.class,
            Gate.OfLeakage.class,
            Monitor.class,
            Train.Search.class,
            Train.Prepare.class,
            Connection.Mlflow.class,
            Pipeline.Job.class,
            Pipeline.Clock.class,
            Pipeline.SparkSettings.class);

    private static Path folder;

    @BeforeContainer
    static void folder() throws IOException {
        folder = Files.createTempDirectory("config");
    }

    @AfterContainer
    static void clean() throws IOException {
        Files.deleteIfExists(folder.resolve("p.yml"));
        Files.delete(folder);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void whatIsWrittenOfARecordBindsToTheSameRecord(@ForAll("records") Record record) {
        String text = YamlWriter.text(record);
        Problems problems = new Problems();
        Map<String, String> secrets = Map.of("A", "aaaa", "B", "bbbb");
        References references = new References(new Constants(Map.of(), Map.of()), secrets::get, Path.of(""));

        Optional<? extends Record> bound = YamlReader.read(text, "p.yml", problems)
                .flatMap(node ->
                        new Binder(references, ExpressionCheck.ANYTHING, problems).bind(record.getClass(), node));

        assertThat(problems.sorted()).as(text).isEmpty();
        assertThat(bound.orElseThrow()).as(text).isEqualTo(record);
    }

    @Property(tries = 1000)
    void anyTextIsAcceptedOrRefusedWithPlaces(@ForAll("yamlish") String text) {
        load(text, ExpressionCheck.ANYTHING);
    }

    @Property(tries = 200)
    void aChangedPipelineIsAcceptedOrRefusedWithPlaces(@ForAll("changed") String text) {
        load(text, new SqlExpressions());
    }

    @Property(tries = 200)
    void aSecretIsNeverShownWhereverItIsPut(@ForAll("withSecrets") String text) {
        String shown = load(text, new SqlExpressions());
        assertThat(shown).doesNotContain(CANARY);
    }

    @Property(tries = 1000)
    void anyExpressionIsReadWithoutThrowing(@ForAll("sqlish") String sql) {
        assertThat(new SqlExpressions().read(sql)).isNotNull();
    }

    /** What a person sees: the settings, or the problems, each with a place in the file. */
    private static String load(String text, ExpressionCheck expressions) {
        Path file = folder.resolve("p.yml");
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> environment = Map.of(
                "SLUICE_LAKE", "/lake", "MLFLOW_TRACKING_URI", "http://x", "CANARY", CANARY, "CANARY_TOKEN", CANARY);
        try {
            Loaded loaded = new Loader(expressions, environment::get).load(Request.of(file));
            return SettingsPrinter.text(loaded.settings()) + loaded.pipeline() + loaded.warnings();
        } catch (InvalidConfig e) {
            long lines = text.lines().count() + 1;
            assertThat(e.problems()).isNotEmpty().allSatisfy(problem -> {
                assertThat(problem.at().file()).isEqualTo(file.toString());
                assertThat(problem.at().line()).isLessThanOrEqualTo((int) lines);
                assertThat(problem.message()).doesNotContain("\n");
            });
            return e.getMessage();
        }
    }

    @Provide
    static Arbitrary<Record> records() {
        return Arbitraries.of(RECORDS).flatMap(type -> any(Shape.of(type)).map(Record.class::cast));
    }

    /** Values of a shape that its record accepts. */
    private static Arbitrary<Object> any(Shape shape) {
        if (shape instanceof Shape.Scalar scalar) {
            return scalar(scalar.type());
        }
        if (shape instanceof Shape.Words words) {
            return Arbitraries.of(words.words().values());
        }
        if (shape instanceof Shape.ListOf list) {
            return any(list.item()).list().ofMaxSize(2).map(items -> items);
        }
        if (shape instanceof Shape.MapOf map) {
            return Arbitraries.maps(any(map.key()), any(map.value()))
                    .ofMaxSize(2)
                    .map(entries -> entries);
        }
        if (shape instanceof Shape.Choice choice) {
            return Arbitraries.of(new ArrayList<>(choice.groups().values())).flatMap(ConfigPropertiesTest::any);
        }
        return group((Shape.Group) shape);
    }

    private static Arbitrary<Object> group(Shape.Group group) {
        if (group.fields().isEmpty()) {
            return Arbitraries.just(group.make(List.of()));
        }
        List<Arbitrary<Object>> parts = new ArrayList<>();
        for (Shape.Field field : group.fields()) {
            Arbitrary<Object> part =
                    switch (field.key()) {
                        case "format" ->
                            field.shape() instanceof Shape.Scalar scalar && scalar.type() == int.class
                                    ? Arbitraries.just(1)
                                    : any(field.shape());
                        case "timestamp" -> Arbitraries.just("2013-10-01T00:00:00Z");
                        case "separator" -> Arbitraries.of(",", ";", "\t");
                        case "uri" -> Arbitraries.just("https://example.org");
                        case "select", "partition_by" ->
                            Arbitraries.just(field.optional() ? Optional.empty() : List.of());
                        default -> any(field.shape());
                    };
            boolean wrap = field.optional() && !field.key().equals("select");
            parts.add(wrap ? part.optional().map(some -> some) : part);
        }
        return Combinators.combine(parts)
                .as(values -> made(group, values))
                .filter(1_000_000, Optional::isPresent)
                .map(Optional::orElseThrow);
    }

    private static Optional<Object> made(Shape.Group group, List<Object> values) {
        try {
            return Optional.of(group.make(values));
        } catch (Invalid e) {
            return Optional.empty();
        }
    }

    private static Arbitrary<Object> scalar(Class<?> type) {
        Map<Class<?>, Arbitrary<Object>> scalars = new LinkedHashMap<>();
        scalars.put(String.class, texts().map(text -> text));
        scalars.put(Sql.class, texts().filter(text -> !text.isBlank()).map(Sql::new));
        scalars.put(
                ColumnType.class,
                Arbitraries.of("string", "int", "decimal(10,2)", "date", "timestamp")
                        .map(ColumnType::new));
        scalars.put(boolean.class, Arbitraries.of(true, false));
        scalars.put(int.class, Arbitraries.integers().between(1, 100).map(n -> n));
        scalars.put(long.class, Arbitraries.longs().map(n -> n));
        scalars.put(double.class, Arbitraries.doubles().between(0, 1).ofScale(8).map(n -> n));
        scalars.put(
                Duration.class, Arbitraries.integers().between(1, 10_000_000).map(Duration::ofSeconds));
        scalars.put(LocalDate.class, Arbitraries.just(LocalDate.of(2013, 1, 31)));
        scalars.put(
                ZoneId.class,
                Arbitraries.of("UTC", "America/New_York", "+02:00").map(ZoneId::of));
        scalars.put(
                TableName.class,
                Arbitraries.of("a", "bronze.flights", "a.b.c", "null", "_x.Y9").map(TableName::new));
        scalars.put(Secret.class, Arbitraries.of(new Secret("aaaa", "env/A"), new Secret("bbbb", "env/B")));
        return scalars.get(type);
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(12).filter(ConfigPropertiesTest::encodes),
                Arbitraries.of(
                        "",
                        " ",
                        "null",
                        "~",
                        "true",
                        "007",
                        "1e5",
                        "${var:x}",
                        "$${x}",
                        "$$$",
                        "a: b",
                        "# c",
                        "- d",
                        "'",
                        "\"",
                        "\\",
                        "\n",
                        "a\tb",
                        "é",
                        "\u2028",
                        "\uFEFF",
                        "😀",
                        "%x",
                        "@x",
                        "`x`",
                        "{x}",
                        "[x]",
                        "${run:interval.from} < at"));
    }

    private static boolean encodes(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    @Provide
    static Arbitrary<String> yamlish() {
        Arbitrary<String> parts = Arbitraries.of(
                "format",
                "pipeline",
                "sources",
                "ingest",
                "vars",
                "params",
                ":",
                ": ",
                "\n",
                "\n  ",
                "\n    ",
                "- ",
                "[",
                "]",
                "{",
                "}",
                ", ",
                "&a ",
                "*a",
                "!!x ",
                "|\n",
                ">-\n",
                "'",
                "\"",
                "#",
                "---\n",
                "...",
                "%YAML 1.1\n",
                "? ",
                "<<",
                "${var:a}",
                "${",
                "1",
                "true",
                "null",
                "a",
                "\t",
                "\u0000",
                "é",
                "😀");
        return Arbitraries.oneOf(
                parts.list().ofMaxSize(40).map(list -> String.join("", list)),
                Arbitraries.strings().ofMaxLength(60).filter(ConfigPropertiesTest::encodes));
    }

    /** The flights pipeline with some lines gone, doubled, indented or cut. */
    @Provide
    static Arbitrary<String> changed() {
        List<String> lines = FLIGHTS.lines().toList();
        Arbitrary<Integer> line = Arbitraries.integers().between(0, lines.size() - 1);
        Arbitrary<Integer> kind = Arbitraries.integers().between(0, 5);
        return Combinators.combine(line, kind)
                .as((at, how) -> List.of(at, how))
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(changes -> {
                    List<String> changed = new ArrayList<>(lines);
                    for (List<Integer> change : changes) {
                        int at = change.get(0);
                        String old = changed.get(at);
                        changed.set(
                                at,
                                switch (change.get(1)) {
                                    case 0 -> "";
                                    case 1 -> old + "\n" + old;
                                    case 2 -> "  " + old;
                                    case 3 -> old.substring(0, old.length() / 2);
                                    case 4 -> old.replace(": ", ": x");
                                    default -> old.replaceFirst("[a-z]", "q");
                                });
                    }
                    return String.join("\n", changed) + "\n";
                });
    }

    /** The flights pipeline with references to a secret in place of some values. */
    @Provide
    static Arbitrary<String> withSecrets() {
        List<String> lines = FLIGHTS.lines().toList();
        Arbitrary<String> reference = Arbitraries.of(
                "\"${secret:env/CANARY}\"",
                "\"x ${secret:env/CANARY}\"",
                "\"${env:CANARY_TOKEN}\"",
                "[\"${secret:env/CANARY}\"]");
        return Combinators.combine(
                        Arbitraries.integers()
                                .between(0, lines.size() - 1)
                                .set()
                                .ofMinSize(1)
                                .ofMaxSize(6),
                        reference)
                .as((places, secret) -> {
                    List<String> changed = new ArrayList<>(lines);
                    places.forEach(at -> changed.set(
                            at,
                            changed.get(at)
                                    .replaceFirst(": [^{].*$", ": " + secret.replace("$", "\\$"))
                                    .replaceFirst(
                                            "uri: \"[^\"]*\"",
                                            "uri: \"http://x\", token: " + secret.replace("$", "\\$"))));
                    return String.join("\n", changed) + "\n";
                });
    }

    @Provide
    static Arbitrary<String> sqlish() {
        return Arbitraries.of(
                        "a",
                        "b.c",
                        "1",
                        "'x'",
                        "'",
                        "\"",
                        "`",
                        "(",
                        ")",
                        "[",
                        "]",
                        ",",
                        " ",
                        " + ",
                        "-",
                        " -> ",
                        "x",
                        "transform(",
                        "reflect(",
                        "rand()",
                        "select ",
                        "from ",
                        "case when ",
                        " then ",
                        " end",
                        "interval ",
                        " day",
                        "cast(",
                        " as ",
                        "--",
                        "/*",
                        "*/",
                        "*",
                        "::",
                        ":p",
                        "?",
                        "${run:interval.from}",
                        "\\",
                        "\n",
                        "é",
                        "\u0000",
                        "over (",
                        " in (",
                        "date",
                        " is null")
                .list()
                .ofMaxSize(14)
                .map(parts -> String.join("", parts));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
