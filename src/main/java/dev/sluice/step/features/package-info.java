/** The step that makes the feature table: one row per spine row, with nothing that was not known at decision time. */
package dev.sluice.step.features;
