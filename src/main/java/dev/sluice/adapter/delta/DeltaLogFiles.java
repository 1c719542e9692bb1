package dev.sluice.adapter.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.RunKey;
import dev.sluice.core.SluiceException;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Table;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.replay.ActionsIterator;
import io.delta.kernel.internal.replay.LogReplay;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a table's transaction log says of versions and transactions, without Spark. This and {@link VersionFiles} are the only
 * places that use Kernel's own classes: the public ones cannot look a transaction up, or a file's statistics.
 */
final class DeltaLogFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a commit, or of a checkpoint whose commit may have been cleaned away. */
    private static final Pattern VERSION = Pattern.compile("(\\d{20})\\.(json|checkpoint\\..*parquet)");

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

    /** The newest version, by the names of the log's files alone; empty where there is no table. */
    Optional<Long> newest() {
        try {
            Path log = new Path(folder, "_delta_log");
            return Arrays.stream(log.getFileSystem(hadoop).listStatus(log))
                    .map(file -> VERSION.matcher(file.getPath().getName()))
                    .filter(Matcher::matches)
                    .map(version -> Long.valueOf(version.group(1)))
                    .max(Long::compare);
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unknown(e);
        }
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
            Optional<List<JsonNode>> infos = lines(version, "commitInfo");
            if (infos.isEmpty()) {
                break;
            }
            for (JsonNode info : infos.get()) {
                if (info.path("userMetadata").asText().contains(key.text())) {
                    return Optional.of(new Entry(
                            version,
                            info.path("operationMetrics").path("numOutputRows").asLong(-1)));
                }
            }
        }
        // The transaction is known and its commit file is cleaned away: the newest version holds it.
        return Optional.of(new Entry(newest, -1));
    }

    /**
     * Keys of commits.
     *
     * @param version up to which they are all
     */
    record Keys(long version, Set<String> keys) {}

    /** The keys of all commits that the log remembers. */
    Keys keys() {
        SnapshotImpl snapshot = (SnapshotImpl) snapshot().orElseThrow();
        Set<String> keys = new HashSet<>();
        try (ActionsIterator actions = new ActionsIterator(
                engine,
                snapshot.getLogSegment().allLogFilesReversed(),
                LogReplay.SET_TRANSACTION_READ_SCHEMA,
                Optional.empty())) {
            while (actions.hasNext()) {
                ColumnarBatch batch = actions.next().getColumnarBatch();
                ColumnVector transactions = batch.getColumnVector(0);
                for (int row = 0; row < batch.getSize(); row++) {
                    if (!transactions.isNullAt(row)) {
                        keys.add(transactions.getChild(0).getString(row));
                    }
                }
            }
        } catch (IOException e) {
            throw unknown(e);
        }
        return new Keys(snapshot.getVersion(engine), keys);
    }

    /** The keys of one commit; empty where its file is gone. */
    Optional<Set<String>> keys(long version) {
        return lines(version, "txn").map(transactions -> transactions.stream()
                .map(transaction -> transaction.path("appId").asText())
                .collect(Collectors.toSet()));
    }

    /**
     * The files of a version.
     *
     * @throws SluiceException INPUT_MISSING when the log does not have the version, or no longer
     */
    VersionFiles files(long version) {
        try {
            return new VersionFiles(engine, (SnapshotImpl)
                    Table.forPath(engine, folder.toString()).getSnapshotAsOfVersion(engine, version));
        } catch (KernelException e) {
            throw new SluiceException(
                    ErrorCode.INPUT_MISSING,
                    "version " + version + " of the table at " + folder + " cannot be read: " + e.getMessage(),
                    "take a version that its log still has, or leave the version out",
                    e);
        }
    }

    /**
     * Writes the checkpoint of a version, unless it is there. Delta's own way is jobs of Spark, for which the one run of
     * fifty that writes it took three times as long as the others; Kernel needs none.
     */
    void checkpoint(long version) {
        try {
            Table.forPath(engine, folder.toString()).checkpoint(engine, version);
        } catch (CheckpointAlreadyExistsException another) {
            // Another writer was faster with the same: it is there, which is all we want.
            return;
        } catch (IOException e) {
            throw unknown(e);
        }
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

    /** The actions of a kind in one commit; empty where its file is gone. */
    private Optional<List<JsonNode>> lines(long version, String kind) {
        Path file = new Path(folder, String.format(Locale.ROOT, "_delta_log/%020d.json", version));
        try {
            FileSystem files = file.getFileSystem(hadoop);
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(files.open(file), StandardCharsets.UTF_8))) {
                List<JsonNode> found = new ArrayList<>();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("{\"" + kind + "\"")) {
                        found.add(JSON.readTree(line).path(kind));
                    }
                }
                return Optional.of(found);
            }
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw unknown(e);
        }
    }

    private SluiceException unknown(IOException cause) {
        return unknown(folder.toString(), cause);
    }

    static SluiceException unknown(String folder, IOException cause) {
        return new SluiceException(
                ErrorCode.OUTCOME_UNKNOWN,
                "the log of the table at " + folder + " cannot be read: " + cause.getMessage(),
                "it is safe to run the same command again: what has landed is found and not written twice",
                cause);
    }
}
