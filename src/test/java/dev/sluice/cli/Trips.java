package dev.sluice.cli;

import dev.sluice.core.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** What the pipeline trips.yml reads: 800 trips in ten days, four of them too long to be true; equal in every run. */
final class Trips {
    static final String PIPELINE = "src/test/resources/pipelines/trips.yml";
    static final String INTERVAL = "2024-03-01/2024-03-11";

    /** The variable that holds one of the pipeline's secrets, and both of their values. */
    static final String TOKEN = "TRIPS_TOKEN";

    static final String IN_THE_ENVIRONMENT = "kV3xQ9bTz7LmW2rY";
    static final String IN_A_FILE = "hN8pD4sJc6GfU1eA";

    private static final int ROWS = 800;
    private static final int MINUTES = 10 * 24 * 60;

    private Trips() {}

    static Interval interval() {
        return Interval.parse(INTERVAL, ZoneOffset.UTC);
    }

    static void write(Path folder) throws IOException {
        Random random = new Random(1);
        Instant first = Instant.parse("2024-03-01T00:00:00Z");
        StringBuilder csv = new StringBuilder("id,at,place,length,late\n");
        for (int i = 0; i < ROWS; i++) {
            double length = 1 + 20 * random.nextDouble();
            csv.append(String.format(
                    Locale.ROOT,
                    "t%d,%s,%s,%.3f,%d\n",
                    i,
                    first.plus((long) i * MINUTES / ROWS, ChronoUnit.MINUTES),
                    List.of("north", "south", "west").get(random.nextInt(3)),
                    i % 200 == 100 ? 1000 : length,
                    random.nextDouble() < length / 25 ? 1 : 0));
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("trips.csv"), csv);
    }
}
