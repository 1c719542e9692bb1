/** The command line: verbs, exit codes, and the one place that builds a Spark session and wires adapters. */
package dev.sluice.cli;
