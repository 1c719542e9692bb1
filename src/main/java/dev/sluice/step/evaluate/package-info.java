/** The step that judges: every model on the same untouched rows, gates, and a report a person can read. */
package dev.sluice.step.evaluate;
