package io.hapax.tools.console;

import io.hapax.topics.MissingTopicException;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Records found by their place: one at an offset, the newest ones, or those from a time on. However long the topic is,
 * only a bounded number of records is read.
 */
final class TopicEnd implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;

    TopicEnd(Map<String, Object> kafka) {
        Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        // A page needs little: small answers keep the console small.
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 2 * 1024 * 1024);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 512 * 1024);
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    int partitions(Topic topic) {
        return all(topic).size();
    }

    /**
     * The newest records.
     *
     * @param each how many offsets of each partition are read at most
     */
    List<ConsumerRecord<byte[], byte[]>> newest(Topic topic, int each) {
        return newest(all(topic), each);
    }

    /** The newest records of one partition. */
    List<ConsumerRecord<byte[], byte[]>> newest(Topic topic, int partition, int each) {
        return newest(List.of(new TopicPartition(topic.topicName(), partition)), each);
    }

    private List<ConsumerRecord<byte[], byte[]>> newest(List<TopicPartition> partitions, int each) {
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> from = new HashMap<>();
        ends.forEach((partition, end) -> from.put(partition, Math.max(starts.getOrDefault(partition, 0L), end - each)));
        return read(from, ends, found -> false);
    }

    /** The record at the place; empty if it is no longer there, or is of a transaction that was rolled back. */
    List<ConsumerRecord<byte[], byte[]>> at(Topic topic, int partition, long offset) {
        TopicPartition place = new TopicPartition(topic.topicName(), partition);
        Long start = consumer.beginningOffsets(List.of(place)).get(place);
        Long end = consumer.endOffsets(List.of(place)).get(place);
        if (start == null || end == null || offset < start || offset >= end) {
            return List.of();
        }
        return read(Map.of(place, offset), Map.of(place, offset + 1), found -> true).stream()
                .filter(found -> found.offset() == offset)
                .toList();
    }

    /**
     * The records of one partition from a time on.
     *
     * @param most how many offsets are read at most
     * @param isLast ends the search
     */
    List<ConsumerRecord<byte[], byte[]>> since(
            Topic topic, int partition, long timeMs, int most, Predicate<ConsumerRecord<byte[], byte[]>> isLast) {
        TopicPartition place = new TopicPartition(topic.topicName(), partition);
        OffsetAndTimestamp first =
                consumer.offsetsForTimes(Map.of(place, timeMs)).get(place);
        Long end = consumer.endOffsets(List.of(place)).get(place);
        if (first == null || end == null) {
            return List.of();
        }
        return read(Map.of(place, first.offset()), Map.of(place, Math.min(end, first.offset() + most)), isLast);
    }

    /** The ends of the topic, by partition. */
    Map<TopicPartition, Long> ends(Topic topic) {
        return consumer.endOffsets(all(topic));
    }

    private List<TopicPartition> all(Topic topic) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic.topicName());
        if (infos.isEmpty()) {
            throw new MissingTopicException(topic.topicName());
        }
        return infos.stream()
                .map(info -> new TopicPartition(topic.topicName(), info.partition()))
                .toList();
    }

    private List<ConsumerRecord<byte[], byte[]>> read(
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> ends,
            Predicate<ConsumerRecord<byte[], byte[]>> isLast) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        consumer.assign(from.keySet());
        from.forEach(consumer::seek);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
                Long end = ends.get(new TopicPartition(each.topic(), each.partition()));
                if (end != null && each.offset() < end) {
                    found.add(each);
                    if (isLast.test(each)) {
                        return found;
                    }
                }
            }
        }
        return found;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
