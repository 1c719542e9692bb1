/** Tests of the check step on real tables. */
package dev.sluice.step.check;
