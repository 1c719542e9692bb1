package dev.sluice.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** The Python environment of the tests: MLflow, stock Spark, readers of our tables. */
public final class Python {
    private Python() {}

    /** Its interpreter, named by the environment variable {@code SLUICE_PYTHON}. A test that needs it fails without. */
    public static Path interpreter() {
        String python = System.getenv("SLUICE_PYTHON");
        if (python == null || !Files.isExecutable(Path.of(python))) {
            throw new AssertionError("this test needs Python with MLflow and pyspark, and SLUICE_PYTHON is "
                    + (python == null ? "not set" : "'" + python + "', which cannot be run")
                    + ": run scripts/test, which installs it, or leave these tests out with -DexcludedGroups=it");
        }
        return Path.of(python);
    }
}
