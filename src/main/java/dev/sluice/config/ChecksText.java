package dev.sluice.config;

import java.util.Map;

/** Checks as a pipeline file has them below a table. */
public final class ChecksText {
    private ChecksText() {}

    /**
     * The section {@code checks}, which gives the same checks when it is read.
     *
     * @param checks by name
     * @param remarks a line above each check, by its name
     */
    public static String text(Map<String, Check> checks, Map<String, String> remarks) {
        StringBuilder text = new StringBuilder(checks.isEmpty() ? "checks: {}\n" : "checks:\n");
        checks.forEach((name, check) -> {
            text.append("  # ")
                    .append(remarks.get(name).replaceAll("\\p{Cntrl}", " "))
                    .append('\n');
            text.append(YamlWriter.entry(name, Check.class, check, "  "));
        });
        return text.toString();
    }
}
