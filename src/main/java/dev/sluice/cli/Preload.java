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

    /**
     * Begins.
     *
     * @param lake whether the verb looks into the lake
     */
    static void start(boolean lake) {
        Thread thread = new Thread(() -> load(lake), "sluice-preload");
        thread.setDaemon(true);
        thread.start();
    }

    private static void load(boolean lake) {
        SqlExpressions.load();
        try {
            if (lake) {
                FileSystem.getLocal(new Configuration());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
