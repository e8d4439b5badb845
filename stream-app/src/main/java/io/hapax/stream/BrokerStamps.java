package io.hapax.stream;

import io.hapax.topics.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.StreamsConfig;

/**
 * A consumer interceptor that sees who gave each command its time, which Kafka Streams does not tell. A command that
 * its producer stamped shows that somebody has altered the topic. It goes on without a time, and the watcher is
 * called before anything that came with it is decided.
 *
 * <p>Kafka makes it by its name, for each consumer.
 */
public final class BrokerStamps implements ConsumerInterceptor<byte[], byte[]> {
    private static final String WATCH = "hapax.unstamped.commands";

    private Runnable watch = () -> {};

    /** The configuration for the consumers of commands. */
    static Map<String, Object> config(Runnable onUnstamped) {
        return Map.of(
                StreamsConfig.mainConsumerPrefix("interceptor.classes"),
                BrokerStamps.class.getName(),
                StreamsConfig.mainConsumerPrefix(WATCH),
                onUnstamped);
    }

    @Override
    public void configure(Map<String, ?> config) {
        if (config.get(WATCH) instanceof Runnable given) {
            watch = given;
        }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        for (ConsumerRecord<byte[], byte[]> record : records.records(Topic.PAYMENT_COMMANDS.topicName())) {
            if (!isStamped(record)) {
                watch.run();
                return withoutTheirTimes(records);
            }
        }
        return records;
    }

    private static boolean isStamped(ConsumerRecord<byte[], byte[]> record) {
        return record.timestampType() == TimestampType.LOG_APPEND_TIME
                || !record.topic().equals(Topic.PAYMENT_COMMANDS.topicName());
    }

    private static ConsumerRecords<byte[], byte[]> withoutTheirTimes(ConsumerRecords<byte[], byte[]> records) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> all = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> those = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                those.add(isStamped(record) ? record : withoutItsTime(record));
            }
            all.put(partition, those);
        }
        return new ConsumerRecords<>(all, records.nextOffsets());
    }

    private static ConsumerRecord<byte[], byte[]> withoutItsTime(ConsumerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                ConsumerRecord.NO_TIMESTAMP,
                TimestampType.NO_TIMESTAMP_TYPE,
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                record.headers(),
                record.leaderEpoch());
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // Of no interest.
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
