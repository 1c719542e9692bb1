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
    /** Of Linux's accounts. */
    private static final double TICKS_PER_SECOND = 100;

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
            throw new UncheckedIOException("this test needs " + name + ": run scripts/test, which installs it", e);
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

    /** Ends it without a warning, as a machine does that loses its power; the folder stays. */
    void kill() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        all().forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
    }

    /** Lets it answer nobody, though it is there, until it is {@link #thaw thawed}. */
    void freeze() {
        signal("STOP");
    }

    void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            for (ProcessHandle one : all()) {
                int code = new ProcessBuilder("kill", "-" + name, one.pid() + "")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
                if (code != 0 && one.isAlive()) { // a server's sessions come and go
                    throw new AssertionError(one + " took no " + name);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** User and system time of it and its children so far: of those that are there, and of those that have ended. */
    double cpuSeconds() {
        double ticks = 0;
        try {
            String all = Files.readString(Path.of("/proc", process.pid() + "", "stat"));
            // Of what follows the name, the 12th field and the next three are times: its own, those of children that
            // ended.
            String[] fields = all.substring(all.lastIndexOf(')') + 2).split(" ", -1);
            for (int i = 11; i < 15; i++) {
                ticks += Long.parseLong(fields[i]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ticks / TICKS_PER_SECOND
                + process.children()
                        .map(child -> child.info().totalCpuDuration().orElse(Duration.ZERO))
                        .mapToDouble(time -> time.toNanos() / 1e9)
                        .sum();
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private void end() {
        List<ProcessHandle> all = all();
        process.destroy();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        FileUtils.deleteQuietly(home.toFile());
    }

    /** The process first, so that it makes no more of those that follow. */
    private List<ProcessHandle> all() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }
}
