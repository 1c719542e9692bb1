package dev.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Sluice as a user calls it: {@code scripts/sluice} in a process of its own, with the built jar. */
public final class Sluice {
    private static final long MINUTES = 10;
    private static final String JAVA_OPTIONS = "SLUICE_JAVA_OPTS";

    private final List<String> prefix;
    private final Map<String, String> environment = new LinkedHashMap<>();

    /** Calls with the pipeline's variables: the lake, the registry. */
    public Sluice(Path lake, String mlflow) {
        this(List.of(), Map.of());
        environment.put("SLUICE_LAKE", lake.toString());
        environment.put("MLFLOW_TRACKING_URI", mlflow);
        environment.put("SLUICE_DRIVER_MEMORY", "2g");
        // The first compiler alone, as in all tests: no call is long enough to repay the second.
        environment.put(JAVA_OPTIONS, "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m");
    }

    private Sluice(List<String> prefix, Map<String, String> environment) {
        this.prefix = prefix;
        this.environment.putAll(environment);
    }

    /** The same with one more variable. */
    public Sluice with(String name, String value) {
        Sluice more = new Sluice(prefix, environment);
        more.environment.put(name, value);
        return more;
    }

    /** The same with one more option of the JVM. */
    public Sluice withJavaOption(String option) {
        return with(JAVA_OPTIONS, environment.get(JAVA_OPTIONS) + " " + option);
    }

    /** The same, started by a command that starts what its arguments name. */
    public Sluice through(String... command) {
        return new Sluice(List.of(command), environment);
    }

    /** What a call answered. */
    public record Answer(int code, String out, String err) {
        /** Both streams, for messages of failed assertions. */
        @Override
        public String toString() {
            return "exit " + code + "\n" + out + "\n" + err;
        }
    }

    /** Calls and waits. */
    public Answer call(String... arguments) {
        try {
            Path out = Files.createTempFile("sluice-", ".out");
            Path err = Files.createTempFile("sluice-", ".err");
            Process process = start(out, err, arguments);
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError("no end after " + MINUTES + " minutes: " + String.join(" ", arguments));
            }
            Answer answer = new Answer(process.exitValue(), text(out), text(err));
            Files.delete(out);
            Files.delete(err);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts without waiting. */
    public Process start(Path out, Path err, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add("scripts/sluice");
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
