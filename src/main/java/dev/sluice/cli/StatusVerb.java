package dev.sluice.cli;

import picocli.CommandLine.Command;

@Command(name = "status")
final class StatusVerb implements Runnable {
    @Override
    public void run() {}
}
