package dev.sluice.core;

import java.util.regex.Pattern;

/** Which names the columns of a Delta table may have. */
public final class ColumnName {
    /** What a name may not hold, in words. */
    public static final String EXPECTED = "a name without spaces, tabs, line breaks and , ; { } ( ) =";

    private static final Pattern REFUSED = Pattern.compile("[ ,;{}()\\n\\t=]");

    private ColumnName() {}

    /** Whether Delta stores a column of this name, in a table that does not map its columns to other names. */
    public static boolean isStorable(String name) {
        return !REFUSED.matcher(name).find();
    }
}
