package dev.sluice.pipeline;

import dev.sluice.core.RunKey;
import dev.sluice.port.Storage;
import java.util.List;

/** Where rows wait that are computed and not yet visible. */
final class Staging {
    private static final String FOLDER = "_sluice/staging";

    private Staging() {}

    /** The folder of one unit of work. */
    static String of(String pipeline, RunKey key) {
        return FOLDER + "/" + pipeline + "." + key;
    }

    /** All folders of a pipeline. */
    static List<String> of(String pipeline, Storage storage) {
        return storage.list(FOLDER).stream()
                .filter(name -> name.startsWith(pipeline + "."))
                .map(name -> FOLDER + "/" + name)
                .toList();
    }
}
