/**
 * Spark made fast: rows that are split, counted and profiled while they are written; {@link dev.sluice.frame.asof} joins them in
 * time. The home of calls into Spark's internals, its SQL parser among them; beside it only Delta's transaction is told in
 * them.
 */
package dev.sluice.frame;
