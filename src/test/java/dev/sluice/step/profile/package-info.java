/** Tests of the profile step on real tables. */
package dev.sluice.step.profile;
