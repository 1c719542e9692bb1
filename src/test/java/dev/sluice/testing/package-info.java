/** What tests share: one Spark session for the whole run, and fakes of outside systems. */
package dev.sluice.testing;
