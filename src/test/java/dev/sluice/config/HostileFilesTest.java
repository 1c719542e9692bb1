package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.SluiceException;
import dev.sluice.frame.SqlExpressions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files made to hurt are refused soon, with little said. */
class HostileFilesTest {
    private static final long MOST_CPU_SECONDS = 3;

    @TempDir
    private Path folder;

    @BeforeAll
    static void warm() {
        assertThat(new SqlExpressions().read("a > 0").flaws()).isEmpty();
    }

    @Test
    void tooLarge() throws IOException {
        assertRefused("a: " + "x".repeat(10_000_000), "1:1: expected at most 1048576 bytes, found more");
    }

    @Test
    void oneLongText() throws IOException {
        assertRefused(
                "pipeline: X" + "x".repeat(1_000_000) + "\nformat: 1\nclock: {}\n",
                "1:1: pipeline: expected lower-case letters, digits and dashes");
    }

    @Test
    void longKeys() throws IOException {
        assertRefused("? " + "k".repeat(1_000_000) + "\n: 1\n", "1:3: kkkk");
    }

    @Test
    void deepLists() throws IOException {
        assertRefused("[".repeat(1_000_000), "expected at most 32 levels, found more");
    }

    @Test
    void deepMappings() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            text.append(" ".repeat(i)).append("a:\n");
        }
        assertRefused(text.toString(), "expected at most 32 levels, found more");
    }

    @Test
    void manyUnknownKeys() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append("k").append(i).append(": 1\n");
        }
        assertRefused(text.toString(), "more problems, not shown");
    }

    @Test
    void manyAliases() throws IOException {
        assertRefused("a: &a [x]\nb: [" + "*a, ".repeat(200_000) + "]\n", "expected a value, found an alias (*)");
    }

    @Test
    void manyEmptyLists() throws IOException {
        assertRefused("jobs: [" + "[],".repeat(300_000) + "]\n", "jobs: expected a mapping of names, found a list");
    }

    @ParameterizedTest
    @CsvSource({
        "(,                  20000, nested brackets",
        "'((((a))))+',       380,   nested too deeply|a syntax error",
        "'(1+',              29,    a syntax error",
        "'- ',               1900,  nested too deeply|a syntax error",
        "'not ',             900,   nested too deeply|a syntax error",
        "'case when a then ',200,   nested too deeply|a syntax error",
    })
    void expressionsThatDescend(String part, int times, String told) {
        long start = cpuSeconds();
        var reading = new SqlExpressions().read(part.repeat(times));
        assertThat(reading.flaws()).hasSizeLessThanOrEqualTo(1).allSatisfy(flaw -> assertThat(flaw.message())
                .containsPattern(told));
        assertThat(cpuSeconds() - start).isLessThanOrEqualTo(MOST_CPU_SECONDS);
    }

    @Test
    void bytesThatAreNoText() throws IOException {
        assertRefused(
                "pipeline: f\u00fcr".getBytes(StandardCharsets.ISO_8859_1),
                "1:1: expected UTF-8 text, found bytes that are none");
        assertRefused(
                "pipeline: x".getBytes(StandardCharsets.UTF_16), "expected UTF-8 text, found bytes that are none");
        assertRefused(new byte[] {'a', ':', ' ', 0}, "1:4: expected printable text, found the character U+0000");
    }

    @Test
    void aFolderOrNothing() {
        assertThatThrownBy(() -> loader().load(Loader.Request.of(folder)))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("expected a YAML file at " + folder + ", found none that can be read");
        assertThatThrownBy(() -> loader().load(Loader.Request.of(folder.resolve("none.yml"))))
                .isInstanceOf(SluiceException.class)
                .hasMessageContaining("none.yml, found none that can be read");
    }

    @Test
    void aByteOrderMarkIsNoMistake() throws IOException {
        assertRefused(
                "\uFEFFformat: 2\npipeline: x\nclock: {}\n",
                "1:1: format: expected 1, the only format this version reads, found 2");
    }

    private void assertRefused(String text, String told) throws IOException {
        assertRefused(text.getBytes(StandardCharsets.UTF_8), told);
    }

    private void assertRefused(byte[] bytes, String told) throws IOException {
        Path file = Files.write(folder.resolve("f.yml"), bytes);
        long start = cpuSeconds();
        assertThatThrownBy(() -> loader().load(Loader.Request.of(file)))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining(told)
                .extracting(Throwable::getMessage)
                .satisfies(message -> assertThat(message.toString().length()).isLessThan(600 * 600));
        assertThat(cpuSeconds() - start).isLessThanOrEqualTo(MOST_CPU_SECONDS);
    }

    private static Loader loader() {
        return new Loader(new SqlExpressions(), Map.<String, String>of()::get);
    }

    private static long cpuSeconds() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1_000_000_000L;
    }
}
