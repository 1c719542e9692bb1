package dev.sluice.adapter.delta;

import dev.sluice.core.RunKey;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The run keys that a table's log holds: all are read once, and from then on those of each new commit. Delta gives the same
 * answer by computing the table's whole state, with Spark jobs, after every commit.
 */
final class LandedKeys {
    private final Set<String> keys = new HashSet<>();
    private String table = "";
    private long version = -1;

    /**
     * Whether a key is there.
     *
     * @param id of the table, which another one in its place would not have
     * @param newest version that must be looked at
     */
    synchronized boolean contain(RunKey key, DeltaLogFiles log, String id, long newest) {
        if (!id.equals(table)) {
            table = id;
            reload(log);
        }
        while (version < newest) {
            Optional<Set<String>> more = log.keys(version + 1);
            if (more.isPresent()) {
                keys.addAll(more.get());
                version++;
            } else {
                reload(log); // the commit's file was cleaned away
            }
        }
        return keys.contains(key.text());
    }

    private void reload(DeltaLogFiles log) {
        DeltaLogFiles.Keys all = log.keys();
        keys.clear();
        keys.addAll(all.keys());
        version = all.version();
    }
}
