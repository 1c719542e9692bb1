/** Checks, decided by Deequ's own constraints. The only place that knows Deequ. */
package dev.sluice.adapter.deequ;
