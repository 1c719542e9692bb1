package dev.sluice.adapter.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Table;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.internal.SnapshotImpl;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a table's transaction log says of versions and transactions, without Spark. The only place that uses Kernel's own
 * snapshot class: the public one cannot look a transaction up.
 */
final class DeltaLogFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Engine engine;
    private final Configuration hadoop;
    private final Path folder;

    /** An engine whose commits on a local disk are safe between processes. */
    static Engine engine(Configuration hadoop) {
        Configuration own = new Configuration(hadoop);
        own.set("io.delta.kernel.logStore.file.impl", LinkLogStore.class.getName());
        return DefaultEngine.create(own);
    }

    DeltaLogFiles(Engine engine, Configuration hadoop, String location) {
        this.engine = engine;
        this.hadoop = hadoop;
        this.folder = new Path(location);
    }

    /**
     * A commit in the log.
     *
     * @param rows rows it wrote; -1 where its file is gone
     */
    record Entry(long version, long rows) {}

    Optional<Long> newest() {
        return snapshot().map(snapshot -> snapshot.getVersion(engine));
    }

    /** The commit that carries the key; empty when it certainly is not there. */
    Optional<Entry> find(RunKey key) {
        Optional<Snapshot> snapshot = snapshot();
        if (snapshot.isEmpty()
                || ((SnapshotImpl) snapshot.get())
                        .getLatestTransactionVersion(engine, key.text())
                        .isEmpty()) {
            return Optional.empty();
        }
        long newest = snapshot.get().getVersion(engine);
        for (long version = newest; version >= 0; version--) {
            Optional<JsonNode> info = commitInfo(version);
            if (info.isEmpty()) {
                break;
            }
            if (info.get().path("userMetadata").asText().contains(key.text())) {
                return Optional.of(new Entry(
                        version,
                        info.get()
                                .path("operationMetrics")
                                .path("numOutputRows")
                                .asLong(-1)));
            }
        }
        // The transaction is known and its commit file is cleaned away: the newest version holds it.
        return Optional.of(new Entry(newest, -1));
    }

    /** The newest version; empty where there is no table. */
    Optional<Snapshot> snapshot() {
        try {
            if (!folder.getFileSystem(hadoop).exists(new Path(folder, "_delta_log"))) {
                return Optional.empty();
            }
            return Optional.of(Table.forPath(engine, folder.toString()).getLatestSnapshot(engine));
        } catch (TableNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unknown(e);
        }
    }

    private Optional<JsonNode> commitInfo(long version) {
        Path file = new Path(folder, String.format(java.util.Locale.ROOT, "_delta_log/%020d.json", version));
        try {
            FileSystem files = file.getFileSystem(hadoop);
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(files.open(file), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("{\"commitInfo\"")) {
                        return Optional.of(JSON.readTree(line).path("commitInfo"));
                    }
                }
                return Optional.of(JSON.createObjectNode());
            }
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unknown(e);
        }
    }

    private SluiceException unknown(IOException cause) {
        return new SluiceException(
                ErrorCode.OUTCOME_UNKNOWN,
                "the log of the table at " + folder + " cannot be read: " + cause.getMessage(),
                "it is safe to run the same command again: what has landed is found and not written twice",
                cause);
    }
}
