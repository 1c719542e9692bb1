package dev.sluice;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of the packages and the fences around outside libraries. */
class ArchitectureTest {

    /** Low to high: a package uses only those before it. */
    private static final List<String> LAYERS = List.of(
            "core",
            "config",
            "stats",
            "port",
            "feast",
            "frame",
            "quality",
            "feature",
            "model",
            "export",
            "generate",
            "pipeline",
            "step",
            "adapter",
            "cli");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.sluice");

    private static final JavaClasses MAIN_AND_TESTS = new ClassFileImporter().importPackages("dev.sluice");

    @Test
    void everyClassBelongsToALayer() {
        classes()
                .should()
                .resideInAnyPackage(LAYERS.stream().map(ArchitectureTest::in).toArray(String[]::new))
                .because("a package outside the order is under no rule")
                .check(MAIN);
    }

    @Test
    void aLayerUsesOnlyThoseBelowIt() {
        LayeredArchitecture order =
                layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
        for (String layer : LAYERS) {
            order = order.layer(layer).definedBy(in(layer));
        }
        order = order.whereLayer(LAYERS.get(0)).mayNotAccessAnyLayer();
        for (int i = 1; i < LAYERS.size(); i++) {
            order = order.whereLayer(LAYERS.get(i))
                    .mayOnlyAccessLayers(LAYERS.subList(0, i).toArray(String[]::new));
        }
        order.because("data goes down the line once, and nothing below calls back up")
                .check(MAIN);
    }

    @Test
    void noPackagesFormACycle() {
        slices().matching("dev.sluice.(**)")
                .should()
                .beFreeOfCycles()
                .because("a cycle is one package that pretends to be two")
                .check(MAIN);
    }

    @Test
    void stepsAndAdaptersStandAlone() {
        slices().matching("dev.sluice.step.(*)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .because("what two steps share belongs below them, and each step must run alone")
                .check(MAIN);
        slices().matching("dev.sluice.adapter.(*)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .because("an adapter is replaced without a look at the others")
                .check(MAIN);
        fence("dev.sluice.step..", "cli", "step")
                .because("an adapter serves any step and knows none")
                .check(MAIN);
    }

    @ParameterizedTest
    @CsvSource({
        "com.amazon.deequ..,           adapter.deequ",
        "org.mlflow..,                 adapter.mlflow",
        "io.delta..,                   adapter.delta",
        "org.apache.spark.sql.delta.., adapter.delta",
        "com.amazonaws..,              adapter.files",
        "org.apache.hadoop.fs.s3a..,   adapter.files",
        "org.postgresql..,             adapter.jdbc",
        "org.apache.kafka..,           adapter.kafka",
        "redis.clients..,              adapter.redis",
        "org.snakeyaml..,              config",
        "picocli..,                    cli",
        "ml.dmlc..,                    model",
    })
    void aLibraryIsUsedInOnePlace(String library, String home) {
        fence(library, home)
                .because("a library that one package knows can be replaced, and breaks in one place")
                .check(MAIN);
    }

    @Test
    void theLowestPackagesKnowNoSpark() {
        noClasses()
                .that()
                .resideInAnyPackage(in("core"), in("config"), in("stats"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.spark..")
                .allowEmptyShould(true)
                .because("a pipeline is read, judged and refused before Spark starts, and maths is tested without it")
                .check(MAIN);
    }

    @ParameterizedTest
    @CsvSource({"org.apache.spark.sql.catalyst..", "org.apache.spark.sql.execution.."})
    void sparksInternalsAreCalledInFewPlaces(String internals) {
        fence(internals, "frame", "adapter.delta")
                .because("Spark changes them without notice, so each has one caller;"
                        + " its SQL parser and expressions are among them, and what Delta's transaction is told in")
                .check(MAIN);
    }

    @Test
    void aSessionIsFoundOnlyWhereItIsMade() {
        sessionsOnlyIn(in("cli"), in("testing"), in("bench")).check(MAIN_AND_TESTS);
    }

    @Test
    void onlyTheCommandLineUsesStandardStreams() {
        noClasses()
                .that()
                .resideOutsideOfPackage(in("cli"))
                .should(ACCESS_STANDARD_STREAMS)
                .allowEmptyShould(true)
                .because("standard output carries the results a caller parses")
                .check(MAIN);
    }

    @Test
    void everyPackageSaysWhyItExists() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            assertThat(sources.filter(path -> path.toString().endsWith(".java"))
                            .map(Path::getParent)
                            .distinct())
                    .isNotEmpty()
                    .allSatisfy(directory ->
                            assertThat(directory.resolve("package-info.java")).exists());
        }
    }

    /** These rules fail when broken: by this class itself, and by the fixture that makes the tests' session. */
    @Test
    void aBrokenRuleIsReported() {
        assertThatThrownBy(() -> fence("com.tngtech.archunit..", "cli")
                        .because("of a reason")
                        .check(MAIN_AND_TESTS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("because of a reason")
                .hasMessageContaining("dev.sluice.ArchitectureTest");
        assertThatThrownBy(() -> sessionsOnlyIn(in("cli")).check(MAIN_AND_TESTS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("dev.sluice.testing.SparkExtension");
    }

    private static String in(String layer) {
        return "dev.sluice." + layer + "..";
    }

    /** What is in {@code fenced} is used from {@code homes} and from nowhere else. */
    private static ArchRule fence(String fenced, String... homes) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(
                        Stream.of(homes).map(ArchitectureTest::in).toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(fenced)
                .allowEmptyShould(true);
    }

    private static ArchRule sessionsOnlyIn(String... packages) {
        Set<Class<?>> owners =
                Set.of(SparkSession.class, SparkSession.Builder.class, SparkContext.class, SQLContext.class);
        Set<String> names = Set.of("builder", "getOrCreate", "active", "getActiveSession", "getDefaultSession");
        return noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should(accessTargetWhere(describe(
                        "the target makes or looks up a session",
                        (JavaAccess<?> access) -> names.contains(
                                        access.getTarget().getName())
                                && owners.stream().anyMatch(access.getTarget().getOwner()::isEquivalentTo))))
                .because("a session is handed down from where it is made; one that is looked up may be another's");
    }
}
