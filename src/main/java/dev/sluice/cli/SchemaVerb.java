package dev.sluice.cli;

import picocli.CommandLine.Command;

@Command(name = "schema")
final class SchemaVerb implements Runnable {
    @Override
    public void run() {}
}
