/**
 * Spark made fast: point-in-time joins and windows in one pass, rows that are split, counted and profiled while they are
 * written. The home of calls into Spark's internals, its SQL parser among them; beside it only Delta's transaction is told
 * in them.
 */
package dev.sluice.frame;
