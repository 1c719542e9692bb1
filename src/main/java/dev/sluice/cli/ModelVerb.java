package dev.sluice.cli;

import picocli.CommandLine.Command;

@Command(name = "model")
final class ModelVerb implements Runnable {
    @Override
    public void run() {}
}
