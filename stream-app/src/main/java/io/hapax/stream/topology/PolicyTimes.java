package io.hapax.stream.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer interceptor that gives the time zero to published policies that have none, on their way into Streams'
 * global consumer.
 *
 * <p>Streams asks no timestamp extractor there, and a record without a time ends its global thread, which cannot be
 * replaced: every instance, at every start. What counts of a policy is what was published last, not when.
 */
public final class PolicyTimes implements ConsumerInterceptor<byte[], byte[]> {
    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> polled) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> timed = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            polled.records(partition).forEach(found -> records.add(found.timestamp() < 0 ? withTime(found) : found));
            timed.put(partition, records);
        }
        return new ConsumerRecords<>(timed, polled.nextOffsets());
    }

    private static ConsumerRecord<byte[], byte[]> withTime(ConsumerRecord<byte[], byte[]> found) {
        return new ConsumerRecord<>(
                found.topic(),
                found.partition(),
                found.offset(),
                0,
                found.timestampType(),
                found.serializedKeySize(),
                found.serializedValueSize(),
                found.key(),
                found.value(),
                found.headers(),
                found.leaderEpoch());
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // Nothing to do.
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    @Override
    public void configure(Map<String, ?> configs) {
        // Nothing to set.
    }
}
