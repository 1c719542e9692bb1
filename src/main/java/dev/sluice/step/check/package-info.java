/** The step that checks a published table once more, without publishing anything. */
package dev.sluice.step.check;
