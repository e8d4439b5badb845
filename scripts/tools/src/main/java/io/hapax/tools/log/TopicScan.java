package io.hapax.tools.log;

import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what is committed in a topic, from its start to its end at the time of the call: in order within each partition,
 * without a group, so that nobody else notices.
 */
public final class TopicScan {
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> config;

    /** @param kafka settings of a Kafka client, {@code bootstrap.servers} among them */
    public TopicScan(Map<String, ?> kafka) {
        config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    }

    /** Hands every record on as it is read. */
    public void read(Topic topic, Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            read(consumer, partitions(consumer, topic.topicName()), receiver);
        }
    }

    /**
     * The same, of a topic that there may be or not.
     *
     * @return false if records were deleted from its start
     */
    public boolean readIfThere(String topic, Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            if (!consumer.listTopics().containsKey(topic)) {
                return true;
            }
            List<TopicPartition> partitions = partitions(consumer, topic);
            boolean whole =
                    consumer.beginningOffsets(partitions).values().stream().allMatch(start -> start == 0);
            read(consumer, partitions, receiver);
            return whole;
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(receiver);
        }
    }
}
