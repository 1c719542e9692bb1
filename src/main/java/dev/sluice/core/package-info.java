/**
 * Names and errors that everyone shares: exit codes, error codes, intervals, table versions, run keys, secrets. Uses
 * the JDK alone, so that whatever decides can be tested without Spark.
 */
package dev.sluice.core;
