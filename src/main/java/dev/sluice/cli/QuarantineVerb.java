package dev.sluice.cli;

import picocli.CommandLine.Command;

@Command(name = "quarantine")
final class QuarantineVerb implements Runnable {
    @Override
    public void run() {}
}
