/** The step {@code score}: the feature rows of an interval to predictions of one model version. */
package dev.sluice.step.score;
