package dev.sluice.adapter.kafka;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.sluice.config.Connection;
import dev.sluice.config.Read;
import dev.sluice.core.Interval;
import dev.sluice.core.SluiceException;
import dev.sluice.port.ArrivingSource;
import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * The messages of a topic. Those of an interval are the ones whose timestamp is in it, wherever in the topic they stand: a
 * message may come after younger ones, so all that follow the first of the interval are looked at.
 */
public final class KafkaSource implements ArrivingSource {
    private static final long MESSAGES_PER_BATCH = 1_000_000;

    private final Read.Kafka read;
    private final Connection.Kafka connection;

    /**
     * A topic.
     *
     * @param connection the one that {@code read.connection()} names
     */
    public KafkaSource(Read.Kafka read, Connection.Kafka connection) {
        this.read = read;
        this.connection = connection;
    }

    @Override
    public Found read(Request request) {
        Interval covers = request.covers();
        Offsets offsets = Topic.ask(read, connection, request.name(), topic -> topic.from(covers.from()));
        Dataset<Row> messages = request.spark()
                .read()
                .format("kafka")
                .options(options())
                .option("startingOffsets", offsets.starts(read.topic()))
                .option("endingOffsets", offsets.ends(read.topic()))
                .load()
                .where(col("timestamp")
                        .geq(lit(Timestamp.from(covers.from())))
                        .and(col("timestamp").lt(lit(Timestamp.from(covers.to())))));
        return Found.of(rows(request, messages), Map.of("offsets", offsets.toString()));
    }

    @Override
    public Dataset<Row> arrivals(Request request) {
        Topic.ask(read, connection, request.name(), Topic::partitions);
        return request.spark()
                .readStream()
                .format("kafka")
                .options(options())
                .option("startingOffsets", "earliest")
                .option("maxOffsetsPerTrigger", MESSAGES_PER_BATCH)
                .load();
    }

    @Override
    public Found read(Request request, Dataset<Row> batch) {
        return Found.of(rows(request, batch), Map.of());
    }

    private Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        Settings.of(connection).forEach((name, value) -> options.put("kafka." + name, value));
        options.put("subscribe", read.topic());
        options.put("failOnDataLoss", "true");
        return options;
    }

    private static Dataset<Row> rows(Request request, Dataset<Row> messages) {
        MessageRows rows = new MessageRows(request.source().columns().keySet());
        return messages.select("key", "value", "topic", "partition", "offset", "timestamp")
                .map(rows, Encoders.row(rows.schema()));
    }

    @Override
    public Optional<SluiceException> blame(Request request, Optional<Found> found, Exception failure) {
        return new Refusals(read, connection, request.name()).explain(failure);
    }
}
