/** Models in the forms that other tools open. */
package dev.sluice.export;
