package dev.sluice.core;

import java.util.function.Consumer;

/**
 * A named place where a test may make the process fail. Production code says {@link #hit}; nothing happens unless a test
 * armed the process, by {@link #arm} or by the system property {@code sluice.fault} with a point's name, which halts the
 * JVM there as SIGKILL would.
 */
public final class FaultPoint {
    private static final String HALT_AT = System.getProperty("sluice.fault", "");
    private static volatile Consumer<String> armed = name -> {};

    private FaultPoint() {}

    /** Passing the point of this name. */
    public static void hit(String name) {
        if (!HALT_AT.isEmpty() && HALT_AT.equals(name)) {
            Runtime.getRuntime().halt(137);
        }
        armed.accept(name);
    }

    /** Calls the action with the name of every point passed from now on; close to disarm. */
    public static AutoCloseable arm(Consumer<String> action) {
        armed = action;
        return () -> armed = name -> {};
    }
}
