/** What holds for the whole: the architecture and the class path. */
package dev.sluice;
