package dev.sluice.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** The Python environments of the tests, which environment variables name. A test that needs one fails without. */
public final class Python {
    private Python() {}

    /** The interpreter with MLflow, stock Spark and readers of our tables: {@code SLUICE_PYTHON}. */
    public static Path interpreter() {
        return named("SLUICE_PYTHON", "MLflow");
    }

    /** The one with Feast: {@code SLUICE_FEAST_PYTHON}. */
    public static Path feast() {
        return named("SLUICE_FEAST_PYTHON", "Feast");
    }

    private static Path named(String variable, String what) {
        String python = System.getenv(variable);
        if (python == null || !Files.isExecutable(Path.of(python))) {
            throw new AssertionError("this test needs Python with " + what + " and pyspark, and " + variable + " is "
                    + (python == null ? "not set" : "'" + python + "', which cannot be run")
                    + ": run scripts/test, which installs it, or leave these tests out with -DexcludedGroups=it");
        }
        return Path.of(python);
    }
}
