package dev.sluice.bench;

/**
 * One run of one side.
 *
 * @param result what it found, to be compared
 * @param cpuSeconds user and system time of all of its threads and processes
 */
record Measured(String result, double cpuSeconds, double wallSeconds) {}
