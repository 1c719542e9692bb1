/**
 * Spark made fast: point-in-time joins and windows in one pass. The only home of calls into Spark's internals, its SQL
 * parser among them.
 */
package dev.sluice.frame;
