/** The step {@code push}: the feature rows of an interval to the online store. */
package dev.sluice.step.push;
