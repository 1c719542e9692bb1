/**
 * Pure mathematics: mergeable summaries of columns, distances between them, metrics of classifiers, intervals. No Spark,
 * no clocks, no files.
 */
package dev.sluice.stats;
