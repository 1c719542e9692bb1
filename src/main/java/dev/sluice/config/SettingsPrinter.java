package dev.sluice.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows final values with their origins, for a person or for a program. */
public final class SettingsPrinter {
    private static final int WIDEST = 60;

    private SettingsPrinter() {}

    /** A line per value: {@code path = value   # origin}. */
    public static String text(List<Setting> settings) {
        int width = settings.stream()
                .mapToInt(setting -> left(setting).length())
                .filter(length -> length <= WIDEST)
                .max()
                .orElse(0);
        StringBuilder text = new StringBuilder();
        for (Setting setting : settings) {
            String left = left(setting);
            text.append(left)
                    .append(" ".repeat(Math.max(0, width - left.length())))
                    .append("   # ")
                    .append(setting.origin())
                    .append('\n');
        }
        return text.toString();
    }

    /** An array of objects with path, value and origin. */
    public static String json(List<Setting> settings) {
        return Json.text(settings.stream().map(SettingsPrinter::object).toList());
    }

    private static Map<String, Object> object(Setting setting) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("path", setting.path());
        object.put("value", setting.value());
        object.put("origin", setting.origin());
        return object;
    }

    private static String left(Setting setting) {
        return setting.path() + " = " + setting.value().strip().replace("\n", "\\n");
    }
}
