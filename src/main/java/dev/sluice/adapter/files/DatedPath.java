package dev.sluice.adapter.files;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A path whose parts in braces are date patterns: {@code flights/{yyyy-MM}/flights_{yyyy-MM-dd}.csv}. */
record DatedPath(String text) {
    /** Letters of a date alone, so that a glob's {a,b} is left to the glob. */
    private static final Pattern PART = Pattern.compile("\\{([yMdu_-]+)\\}");

    boolean isDated() {
        return PART.matcher(text).find();
    }

    /** The path of each date, without repetition; the text itself where no part is dated. */
    List<String> expand(List<LocalDate> dates) {
        if (!isDated()) {
            return List.of(text);
        }
        Set<String> paths = new LinkedHashSet<>();
        for (LocalDate date : dates) {
            paths.add(PART.matcher(text)
                    .replaceAll(part -> Matcher.quoteReplacement(DateTimeFormatter.ofPattern(part.group(1), Locale.ROOT)
                            .format(date))));
        }
        return List.copyOf(paths);
    }
}
