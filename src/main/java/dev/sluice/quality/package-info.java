/**
 * What is true of tables: contracts and their inference from profiles, drift between two profiles, verdicts in words, and
 * the rows in which profiles and verdicts are kept. Decides from profiles alone, without data.
 */
package dev.sluice.quality;
