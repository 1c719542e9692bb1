package dev.sluice.frame.records;

/**
 * How CSV is written.
 *
 * @param separator one character between two fields
 * @param quote one character of ASCII around values that have separators in them; empty where values have none
 * @param nullValue the text that means null, as does a field that is empty and has no quotes
 * @param multiLine whether a quoted value may have line breaks
 */
public record Dialect(String separator, String quote, String nullValue, boolean multiLine)
        implements java.io.Serializable {}
