package dev.sluice.config;

/**
 * One final value.
 *
 * @param path keys joined by {@code /}
 * @param value as text; {@code ***} for a secret
 * @param origin its place in the file or overlay, {@code default}, or {@code --var NAME}; where a reference was followed,
 *     also that reference and the place of its value
 */
public record Setting(String path, String value, String origin) {}
