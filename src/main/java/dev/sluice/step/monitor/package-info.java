/** The step that watches the deployed model: drift of inputs and scores, quality once labels are known, and what follows. */
package dev.sluice.step.monitor;
