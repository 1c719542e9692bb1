/** Tests of exported models. */
package dev.sluice.export;
