package dev.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/** The process of a server, with its children and its folder: all go at the end, however the JVM ends. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Process process;
    private final Path home;
    private final Thread atExit = new Thread(this::end);

    private ServerProcess(Process process, Path home) {
        this.process = process;
        this.home = home;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Whether a server answers; a failure is a no. */
    @FunctionalInterface
    interface Question {
        boolean isAnswered() throws Exception;
    }

    /**
     * Starts a server and waits until it answers.
     *
     * @param home its folder, which gets its {@code log}
     */
    static ServerProcess start(String name, Path home, ProcessBuilder command, Question question) {
        Path log = home.resolve("log");
        command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            ServerProcess server = new ServerProcess(command.start(), home);
            long end = System.nanoTime() + START.toNanos();
            while (!answers(question)) {
                if (!server.process.isAlive() || System.nanoTime() > end) {
                    String said = Files.readString(log);
                    server.close();
                    throw new AssertionError(name + " did not start within " + START + ":\n" + said);
                }
                Thread.sleep(PAUSE.toMillis());
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean answers(Question question) {
        try {
            return question.isAnswered();
        } catch (Exception e) {
            return false;
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private void end() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        process.destroy();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        FileUtils.deleteQuietly(home.toFile());
    }
}
