package dev.sluice.cli;

/** How results are written. */
enum Format {
    TEXT,
    JSON
}
