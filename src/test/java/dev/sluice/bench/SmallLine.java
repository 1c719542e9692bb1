package dev.sluice.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Ten thousand trips in ten days, and a pipeline that ingests them, makes features, trains and evaluates.
 *
 * @param trips CSV file
 */
record SmallLine(Path pipeline, Path trips) {
    static final String FROM = "2024-03-01";
    static final String TO = "2024-03-11";

    private static final int ROWS = 10_000;
    private static final int MINUTES = 10 * 24 * 60;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Writes both; equal in every run. */
    static SmallLine in(Path folder) throws IOException {
        Files.createDirectories(folder);
        SmallLine line = new SmallLine(folder.resolve("small-line.yml"), folder.resolve("trips.csv"));
        Random random = new Random(1);
        Instant first = Instant.parse(FROM + "T00:00:00Z");
        StringBuilder csv = new StringBuilder("id,at,place,length,late\n");
        for (int i = 0; i < ROWS; i++) {
            double length = 1 + 20 * random.nextDouble();
            boolean late = random.nextDouble() < 0.1 + length / 40;
            csv.append(String.format(
                    Locale.ROOT,
                    "t%d,%s,%s,%.3f,%d%n",
                    i,
                    first.plus((long) i * MINUTES / ROWS, ChronoUnit.MINUTES),
                    List.of("north", "south", "west").get(random.nextInt(3)),
                    length,
                    late ? 1 : 0));
        }
        Files.writeString(line.trips, csv);
        Files.writeString(line.pipeline, resource().replace("@TRIPS@", line.trips.toString()));
        return line;
    }

    /** Rows that ingest published, of the status that {@code run} prints. */
    static String ingested(String status) {
        try {
            for (JsonNode step : JSON.readTree(status).path("steps")) {
                if (step.path("step").asText().startsWith("ingest/")) {
                    return step.path("rows_out").asText();
                }
            }
            return "nothing ingested: " + status;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource() throws IOException {
        try (InputStream in = SmallLine.class.getResourceAsStream("/bench/small-line.yml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
