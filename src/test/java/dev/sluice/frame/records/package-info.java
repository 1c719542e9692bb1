/** Records of text files against readers that are too slow and too simple to be wrong. */
package dev.sluice.frame.records;
