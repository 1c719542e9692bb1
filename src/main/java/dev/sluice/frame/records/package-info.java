/**
 * The records of text files, taken apart on their bytes: each exactly once however a file is split among tasks, with the
 * place where it stands, and with the exact reason where it cannot be taken apart.
 */
package dev.sluice.frame.records;
