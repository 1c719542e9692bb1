package dev.sluice.adapter.kafka;

import dev.sluice.adapter.kafka.Offsets.Range;
import dev.sluice.config.Connection;
import dev.sluice.config.Read;
import dev.sluice.core.ErrorCode;
import dev.sluice.core.SluiceException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A topic, asked for what it has before any message is read: an answer, or a refusal within seconds. */
final class Topic {
    private static final int PATIENCE = (int) Duration.ofSeconds(10).toMillis();

    private final Read.Kafka read;
    private final Map<String, Object> settings;
    private final Consumer<byte[], byte[]> consumer;
    private final String source;

    private Topic(Read.Kafka read, Map<String, Object> settings, Consumer<byte[], byte[]> consumer, String source) {
        this.read = read;
        this.settings = settings;
        this.consumer = consumer;
        this.source = source;
    }

    /**
     * Asks a topic.
     *
     * @param source the source's name in the pipeline
     * @throws SluiceException SOURCE_UNAVAILABLE, ACCESS_DENIED, or INPUT_MISSING when there is no such topic
     */
    static <T> T ask(Read.Kafka read, Connection.Kafka connection, String source, Function<Topic, T> question) {
        Map<String, Object> settings = new HashMap<>(Settings.of(connection));
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE);
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE);
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return question.apply(new Topic(read, settings, consumer, source));
        } catch (KafkaException e) {
            throw new Refusals(read, connection, source).explain(e).orElseThrow(() -> e);
        }
    }

    List<TopicPartition> partitions() {
        List<PartitionInfo> found = consumer.partitionsFor(read.topic());
        if (found == null || found.isEmpty()) {
            throw new SluiceException(
                    ErrorCode.INPUT_MISSING,
                    "no topic " + read.topic() + " for source " + source,
                    "check the topic's name, or wait until it is made");
        }
        return found.stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
    }

    /**
     * What there is now from the first message that is not before a time on.
     *
     * @throws SluiceException INPUT_MISSING when messages from that time on may be gone
     */
    Offsets from(Instant time) {
        List<TopicPartition> partitions = partitions();
        Map<TopicPartition, OffsetAndTimestamp> firsts = consumer.offsetsForTimes(partitions.stream()
                .collect(Collectors.toMap(partition -> partition, partition -> time.toEpochMilli())));
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        SortedMap<Integer, Range> ranges = new TreeMap<>();
        boolean cut = false;
        for (TopicPartition partition : partitions) {
            long begin = begins.get(partition);
            long end = ends.get(partition);
            OffsetAndTimestamp first = firsts.get(partition);
            // A first message that is not committed yet is at or after the end.
            long start = first == null ? end : Math.min(first.offset(), end);
            cut |= begin > 0 && start == begin;
            ranges.put(partition.partition(), new Range(start, end));
        }
        if (cut) {
            refuseLost(time);
        }
        return new Offsets(ranges);
    }

    /**
     * Messages before the first one are deleted. Whether they were of the interval nobody can say any more, unless the topic
     * keeps all that are as young.
     */
    private void refuseLost(Instant time) {
        Config config = config();
        long keptMillis =
                Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value());
        long keptBytes =
                Long.parseLong(config.get(TopicConfig.RETENTION_BYTES_CONFIG).value());
        boolean kept =
                keptBytes < 0 && keptMillis >= 0 && !time.isBefore(Instant.now().minusMillis(keptMillis));
        if (!kept) {
            throw new SluiceException(
                    ErrorCode.INPUT_MISSING,
                    "topic " + read.topic() + " of source " + source
                            + " has deleted its oldest messages, and those from "
                            + time + " on may be among them: it keeps "
                            + (keptMillis < 0 ? "messages of any age" : Duration.ofMillis(keptMillis))
                            + (keptBytes < 0 ? "" : " and " + keptBytes + " bytes for each partition"),
                    "run a later interval; what an earlier run has read is in its table");
        }
    }

    private Config config() {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, read.topic());
        try (Admin admin = Admin.create(settings)) {
            return admin.describeConfigs(List.of(topic)).all().get().get(topic);
        } catch (ExecutionException e) {
            throw new KafkaException("cannot read the settings of topic " + read.topic(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SluiceException(
                    ErrorCode.INTERRUPTED, "the run was ended from outside", "run the same command again", e);
        }
    }
}
