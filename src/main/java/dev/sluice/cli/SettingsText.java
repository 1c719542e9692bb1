package dev.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sluice.config.Setting;
import java.util.List;
import java.util.stream.Collectors;

/** Settings with their origins. */
final class SettingsText {
    private SettingsText() {}

    static String text(List<Setting> settings) {
        return settings.stream()
                .map(setting -> setting.path() + " = " + setting.value() + "   # " + setting.origin())
                .collect(Collectors.joining("\n"));
    }

    static String json(List<Setting> settings) {
        ArrayNode all = new ObjectMapper().createArrayNode();
        settings.forEach(setting -> all.addObject()
                .put("path", setting.path())
                .put("value", setting.value())
                .put("origin", setting.origin()));
        return all.toPrettyString();
    }
}
