/** Tests of contracts, verdicts and their rows. */
package dev.sluice.quality;
