package dev.sluice.cli;

import picocli.CommandLine.Option;

/** How a verb writes its results. */
final class Format {
    private enum Kind {
        TEXT,
        JSON
    }

    @Option(names = "--format", description = "text or json.", defaultValue = "text")
    private Kind kind;

    boolean isJson() {
        return kind == Kind.JSON;
    }
}
