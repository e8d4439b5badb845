package io.hapax.stream.topology;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time of a record: the broker's for a command, the app's own for what it wrote.
 *
 * <p>Only an outsider can have written a record without a time, to a topic that the broker does not stamp. It counts as of
 * the time of the record before it: Streams' default stops the partition for ever.
 */
final class RecordTime implements TimestampExtractor {
    @Override
    public long extract(ConsumerRecord<Object, Object> found, long partitionTime) {
        return found.timestamp() >= 0 ? found.timestamp() : Math.max(partitionTime, 0);
    }
}
