package dev.sluice.pipeline;

/** Tells a person what is going on; never part of the result. */
@FunctionalInterface
public interface Progress {
    void say(String message);
}
