package io.hapax.stream.topology;

import io.hapax.stream.decision.Placement;
import io.hapax.topics.Topic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time of a record: the broker's for a command, the app's own for what it wrote.
 *
 * <p>A command that was sent on has two times, of two brokers: {@link Placement#timeOfReroute} says which counts.
 *
 * <p>A record without a time counts as of the time of the record before it, so that nobody but a broker moves a task's clock, and the
 * partition goes on (Streams' default stops it for ever). An outsider has written such a record, or it is a command that the broker did not
 * stamp.
 */
final class RecordTime implements TimestampExtractor {
    @Override
    public long extract(ConsumerRecord<Object, Object> found, long partitionTime) {
        if (found.timestamp() < 0) {
            return Math.max(partitionTime, 0);
        }
        return found.topic().equals(Topic.PAYMENT_COMMANDS_REROUTED.topicName())
                ? Placement.timeOfReroute(ReroutedOrigin.time(found.headers(), found.timestamp()), found.timestamp())
                : found.timestamp();
    }
}
