package io.hapax.stream.topology;

import io.hapax.stream.decision.Placement;
import io.hapax.topics.Topic;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time of a record: the broker's for a command, the app's own for what it wrote.
 *
 * <p>A command that was sent on has two times, of two brokers: {@link Placement#timeOfReroute} says which counts.
 *
 * <p>A record without a time, or with one that no calendar has, counts as of the time of the record before it, so
 * that nobody but a broker moves a task's clock, and the partition goes on (Streams' default stops it for ever). An
 * outsider has written such a record, or it is a command that the broker did not stamp.
 */
final class RecordTime implements TimestampExtractor {
    /** The end of the year 9999. Any retention can be added to it. */
    private static final long LATEST_MS =
            Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    @Override
    public long extract(ConsumerRecord<Object, Object> found, long partitionTime) {
        if (found.timestamp() < 0 || found.timestamp() > LATEST_MS) {
            return Math.max(partitionTime, 0);
        }
        return found.topic().equals(Topic.PAYMENT_COMMANDS_REROUTED.topicName())
                ? Placement.timeOfReroute(ReroutedOrigin.time(found.headers(), found.timestamp()), found.timestamp())
                : found.timestamp();
    }
}
