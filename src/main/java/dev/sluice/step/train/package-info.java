/** The step that trains: a training table split in time, a search over the candidates, one saved model of each. */
package dev.sluice.step.train;
