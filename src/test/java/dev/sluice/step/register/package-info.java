/** Tests of registering. */
package dev.sluice.step.register;
