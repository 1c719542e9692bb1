/**
 * The machine that runs steps without knowing what they do: plan, lease, time, publish, record, resume. What has been done
 * is asked of the records, never guessed from files.
 */
package dev.sluice.pipeline;
