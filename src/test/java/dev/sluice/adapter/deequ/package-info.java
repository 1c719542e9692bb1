/** Our verdicts against those of Deequ left to itself. */
package dev.sluice.adapter.deequ;
