package dev.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.pipeline.Plan;
import java.util.stream.Stream;

/** A plan for programs. */
final class PlanText {
    private PlanText() {}

    static String json(Plan plan) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.putArray("interval")
                .add(plan.interval().from().toString())
                .add(plan.interval().to().toString());
        ArrayNode items = node.putArray("items");
        for (Plan.Item item : plan.items()) {
            items.addObject()
                    .put("target", item.work().target())
                    .put("decision", item.decision().name())
                    .put("reason", item.reason())
                    .put("run_key", item.key().text());
        }
        ArrayNode touches = node.putArray("touches");
        touches(plan).forEach(touches::add);
        return node.toPrettyString();
    }

    /** The tables, models and online views that a run would change. */
    static Stream<String> touches(Plan plan) {
        return plan.items().stream()
                .filter(item -> item.decision() != Plan.Decision.DONE)
                .flatMap(item -> Stream.concat(
                        item.work().writes().stream().sorted().map(table -> "table " + table),
                        item.work().changes().stream().sorted()))
                .distinct();
    }
}
