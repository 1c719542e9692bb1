package dev.sluice.adapter.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report in a real browser. Page and pictures stay in {@code target/report}, to be looked at. */
@Tag("it")
class ChromiumTest {
    /** How Chromium's log says that a page complained. */
    private static final String COMPLAINT = "CONSOLE";

    private static final Path SHOWN = Path.of("target", "report").toAbsolutePath();

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({"light, 1400", "dark, 1400", "light, 500", "dark, 500"})
    void showsTheReportWithoutComplaint(String scheme, int width) throws Exception {
        Path picture = Files.createDirectories(SHOWN).resolve("evaluation-" + scheme + "-" + width + ".png");
        Files.deleteIfExists(picture);
        Path page =
                Files.writeString(SHOWN.resolve("evaluation.html"), new HtmlReport().render(SampleReport.evaluation()));

        String log = open(page, scheme, width, picture);

        assertThat(log).doesNotContain(COMPLAINT);
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isEqualTo(width);
        // White or near-black in the corner: the reader's preference is followed.
        int corner = ImageIO.read(picture.toFile()).getRGB(2, 2) & 0xff;
        assertThat(corner).isBetween(scheme.equals("dark") ? 0 : 250, scheme.equals("dark") ? 50 : 255);
    }

    @Test
    void aForbiddenRequestWouldBeSeen() throws Exception {
        String html = new HtmlReport()
                .render(SampleReport.evaluation())
                .replace("<main>", "<main><img src=\"http://127.0.0.1:9/pixel\" alt=\"\"/>");
        Path page = Files.writeString(temp.resolve("report.html"), html);
        assertThat(open(page, "light", 500, temp.resolve("picture.png")))
                .contains(COMPLAINT)
                .contains("Content Security Policy");
    }

    private String open(Path page, String scheme, int width, Path picture) throws IOException, InterruptedException {
        Path log = temp.resolve("log");
        Process browser = new ProcessBuilder(command(page, scheme, width, picture))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(browser.waitFor(60, TimeUnit.SECONDS))
                    .as("Chromium ends within a minute")
                    .isTrue();
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly();
        }
        assertThat(picture).as(Files.readString(log)).exists();
        return Files.readString(log);
    }

    private List<String> command(Path page, String scheme, int width, Path picture) {
        String chromium = System.getenv("SLUICE_CHROMIUM");
        assertThat(chromium)
                .as(
                        "SLUICE_CHROMIUM names a Chromium to look at reports with; scripts/test sets it,"
                                + " else install one (apt-get install chromium) and export SLUICE_CHROMIUM=$(command -v chromium)")
                .isNotNull();
        List<String> command = new ArrayList<>(List.of(
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--enable-logging=stderr",
                "--user-data-dir=" + temp.resolve("profile"),
                "--blink-settings=preferredColorScheme=" + (scheme.equals("dark") ? 0 : 1),
                "--window-size=" + width + "," + (width < 1000 ? 6200 : 3800),
                "--screenshot=" + picture));
        command.add(page.toUri().toString());
        return command;
    }
}
