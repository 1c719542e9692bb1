/** Tests of the mathematics, against obvious code and known values. */
package dev.sluice.stats;
