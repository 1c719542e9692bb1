/** One small interface per outside system, and the records that cross it. */
package dev.sluice.port;
