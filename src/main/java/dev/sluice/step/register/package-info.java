/** Registers what training selected: run, version, aliases, each made once however often it is asked for. */
package dev.sluice.step.register;
