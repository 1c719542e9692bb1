/** The step that profiles a published table and proposes its contract. */
package dev.sluice.step.profile;
