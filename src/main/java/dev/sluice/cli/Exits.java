package dev.sluice.cli;

import dev.sluice.core.ExitCode;

/**
 * How the program ends. A driver that runs inside a cluster or on Databricks does not own its JVM: {@code System.exit} there
 * makes a success a failure (and YARN run the job again), so it returns or throws instead, and {@code status.json} has the
 * code.
 */
final class Exits {
    private Exits() {}

    static void end(ExitCode exit) {
        if (ownsJvm()) {
            System.exit(exit.code());
        }
        if (exit != ExitCode.OK) {
            throw new PipelineEnded(exit);
        }
    }

    static boolean ownsJvm() {
        return !"cluster".equals(System.getProperty("spark.submit.deployMode"))
                && System.getenv("DATABRICKS_RUNTIME_VERSION") == null;
    }

    /** The end of a run that was not plain success, for a caller that looks at exceptions alone. */
    static final class PipelineEnded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PipelineEnded(ExitCode exit) {
            super("the run ended with " + exit + " (" + exit.code() + "); status.json says why");
        }
    }
}
