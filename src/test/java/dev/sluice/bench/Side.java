package dev.sluice.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Something that is measured. */
interface Side {
    /** Does the work once, from the same start each time. */
    Measured run() throws Exception;

    /** Something to do. */
    interface Task {
        void run() throws Exception;
    }

    /**
     * Work inside this JVM, on any of its threads; nothing else may run meanwhile.
     *
     * @param before makes the start; not measured, nor is
     * @param result which tells what the work led to
     * @param servers CPU seconds that servers have taken so far, which the work may let do a part of it
     */
    record Inside(Task before, Task work, Callable<String> result, DoubleSupplier servers) implements Side {
        private static final OperatingSystemMXBean SYSTEM =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

        /** Work that no server has a part in, or one that does not count. */
        Inside(Task before, Task work, Callable<String> result) {
            this(before, work, result, () -> 0);
        }

        @Override
        public Measured run() throws Exception {
            before.run();
            double cpu = cpuSeconds();
            long wall = System.nanoTime();
            work.run();
            double cpuSeconds = cpuSeconds() - cpu;
            double wallSeconds = (System.nanoTime() - wall) / 1e9;
            return new Measured(result.call(), cpuSeconds, wallSeconds);
        }

        private double cpuSeconds() {
            return SYSTEM.getProcessCpuTime() / 1e9 + servers.getAsDouble();
        }
    }

    /** A side that takes too long to be run again: its one run, without warm-up, counts in each round. */
    final class Once implements Side {
        private final Side side;
        private Optional<Measured> measured = Optional.empty();

        Once(Side side) {
            this.side = side;
        }

        @Override
        public Measured run() throws Exception {
            if (measured.isEmpty()) {
                measured = Optional.of(side.run());
            }
            return measured.get();
        }
    }

    /**
     * A whole process with all of its children.
     *
     * @param words program and arguments
     * @param result what counts of its standard output
     */
    record Command(List<String> words, Map<String, String> environment, UnaryOperator<String> result) implements Side {
        /** The shell's own clock: user and system time of children that it waited for, their children included. */
        private static final String TIMED = "\"$@\"; code=$?; times >&3; exit $code";

        /** {@code 0m1.234s}. */
        private static final Pattern TIME = Pattern.compile("(\\d+)m([\\d.]+)s");

        @Override
        public Measured run() throws IOException, InterruptedException {
            Path folder = Files.createTempDirectory("sluice-bench-");
            Path out = folder.resolve("out");
            Path err = folder.resolve("err");
            Path times = folder.resolve("times");
            List<String> command =
                    new ArrayList<>(List.of("bash", "-c", TIMED.replace("&3", "'" + times + "'"), "bash"));
            command.addAll(words);
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().putAll(environment);
            long wall = System.nanoTime();
            int exit = builder.start().waitFor();
            double wallSeconds = (System.nanoTime() - wall) / 1e9;
            if (exit != 0) {
                throw new IllegalStateException(
                        String.join(" ", words) + " ended with " + exit + ":\n" + Files.readString(err));
            }
            Measured measured =
                    new Measured(result.apply(Files.readString(out)), cpu(Files.readString(times)), wallSeconds);
            for (Path file : List.of(out, err, times, folder)) {
                Files.delete(file);
            }
            return measured;
        }

        /** Of the second line: the children; the first is the shell itself. */
        private static double cpu(String times) {
            Matcher time = TIME.matcher(times.lines().toList().get(1));
            double seconds = 0;
            while (time.find()) {
                seconds += Integer.parseInt(time.group(1)) * 60 + Double.parseDouble(time.group(2));
            }
            return seconds;
        }
    }
}
