/** The step {@code ingest}: raw files to a table and its quarantine. */
package dev.sluice.step.ingest;
