package dev.sluice.cli;

import dev.sluice.frame.SqlExpressions;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Loads Spark's SQL parser and Hadoop's file systems on a thread of its own while the command line and the pipeline file are
 * read: a third of what a person otherwise waits for {@code plan}. Changes nothing else; what fails here fails again where it is used.
 */
final class Preload {
    private Preload() {}

    static void start() {
        Thread thread = new Thread(Preload::load, "sluice-preload");
        thread.setDaemon(true);
        thread.start();
    }

    private static void load() {
        SqlExpressions.load();
        try {
            FileSystem.getLocal(new Configuration());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
