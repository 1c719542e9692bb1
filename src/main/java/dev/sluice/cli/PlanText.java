package dev.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.pipeline.Plan;

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
        return node.toPrettyString();
    }
}
