package io.hapax.storm.collect;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.storm.history.LineWriter;
import io.hapax.storm.history.RunFolder;
import io.hapax.storm.history.TopicRecord;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** A plain consumer that reads a topic from its first record to its last. */
final class TopicReader {
    private static final Duration WITHIN = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> kafka;
    private final AvroJson values;

    TopicReader(Map<String, Object> kafka, AvroJson values) {
        this.kafka = kafka;
        this.values = values;
    }

    /**
     * Writes the committed records of a topic to the folder. Returns how many of them each group has not read, by
     * group, topic and partition.
     *
     * @param committed offsets that groups have committed
     */
    Map<String, Long> read(String topic, RunFolder folder, Map<String, Map<TopicPartition, Long>> committed) {
        Map<String, Long> lags = new HashMap<>();
        committed.forEach(
                (group, offsets) -> offsets.keySet().forEach(partition -> lags.put(group + "/" + partition, 0L)));
        try (LineWriter<TopicRecord> lines = folder.topic(topic)) {
            each(topic, "read_committed", record -> {
                lines.append(line(record));
                TopicPartition partition = new TopicPartition(topic, record.partition());
                committed.forEach((group, offsets) -> {
                    Long offset = offsets.get(partition);
                    if (offset != null && record.offset() >= offset) {
                        lags.merge(group + "/" + partition, 1L, Long::sum);
                    }
                });
            });
        }
        return lags;
    }

    /** Records of a topic, those included whose transactions were rolled back. */
    long countAll(String topic) {
        long[] count = {0};
        each(topic, "read_uncommitted", record -> count[0]++);
        return count[0];
    }

    private void each(String topic, String isolation, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + WITHIN.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(each);
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(topic + " could not be read to its end " + ends);
                }
            }
        }
    }

    private TopicRecord line(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), header.value() == null ? "" : new String(header.value(), UTF_8));
        }
        AvroJson.Decoded decoded = values.decode(record.value());
        return new TopicRecord(
                record.partition(),
                record.offset(),
                record.timestamp(),
                base64(record.key()),
                headers,
                decoded == null ? null : decoded.schema(),
                decoded == null ? null : decoded.value(),
                decoded == null ? base64(record.value()) : null);
    }

    private static @Nullable String base64(byte @Nullable [] bytes) {
        return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
    }
}
