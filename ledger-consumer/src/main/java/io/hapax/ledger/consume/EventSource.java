package io.hapax.ledger.consume;

import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reader of ledger events: it polls this instance's partitions of {@code ledger-events}.
 *
 * <p>A batch that could not be dealt with is not held: the position goes back to its start and it is read again. So
 * nothing is left to clean up when a partition goes to another instance meanwhile, and the order in a partition
 * stays.
 */
final class EventSource implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventSource.class);

    /**
     * The time between two commits when no events came. Each Kafka transaction ends with a marker that takes an
     * offset. Such offsets are not worth a commit each.
     */
    private static final Duration BETWEEN_COMMITS_OF_NOTHING = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private boolean resting;
    private boolean movedOn;
    private long committedNanos = System.nanoTime();

    private EventSource(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** Makes a source that is a member of the consumer group. The group shares out the partitions. */
    static EventSource inGroup(Consumer<byte[], byte[]> consumer) {
        EventSource source = new EventSource(consumer);
        consumer.subscribe(List.of(Topic.LEDGER_EVENTS.topicName()), source.new Rebalances());
        return source;
    }

    /** With partitions taken, whoever else may have them. */
    static EventSource assigned(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        consumer.assign(partitions);
        return new EventSource(consumer);
    }

    /** The next events, in order within each partition; none if none come within {@code atMost}. */
    ConsumerRecords<byte[], byte[]> poll(Duration atMost) {
        ConsumerRecords<byte[], byte[]> batch = consumer.poll(atMost);
        movedOn |= !batch.nextOffsets().isEmpty();
        return batch;
    }

    /** Notes that a batch is dealt with. If that can't be noted any more, whoever has the partition now repeats it. */
    void commit(ConsumerRecords<byte[], byte[]> batch) {
        commit(batch.nextOffsets());
        movedOn = false;
    }

    /**
     * Notes how far was read when no event came: what aborted transactions wrote, and where others ended, takes
     * offsets as well. Called when all events that came are dealt with; else it looks to whoever measures lag as if
     * the ledger stood still.
     */
    void commitPosition() {
        if (movedOn && System.nanoTime() - committedNanos >= BETWEEN_COMMITS_OF_NOTHING.toNanos()) {
            Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
            for (TopicPartition partition : consumer.assignment()) {
                positions.put(partition, new OffsetAndMetadata(consumer.position(partition)));
            }
            commit(positions);
            movedOn = false;
        }
    }

    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        committedNanos = System.nanoTime();
        try {
            consumer.commitSync(offsets);
        } catch (CommitFailedException | RebalanceInProgressException sharedOut) {
            log.info("offsets not committed, partitions are being shared out anew: {}", sharedOut.toString());
        }
    }

    /** Goes back to the start of a batch, where its partitions are still ours. */
    void rewind(ConsumerRecords<byte[], byte[]> batch) {
        Collection<TopicPartition> ours = consumer.assignment();
        for (TopicPartition partition : batch.partitions()) {
            if (ours.contains(partition)) {
                consumer.seek(partition, batch.records(partition).getFirst().offset());
            }
        }
    }

    /** Lets time pass without reading events and without being taken for dead by the group. */
    void rest(Duration time) {
        resting = true;
        consumer.pause(consumer.assignment());
        try {
            // Returns nothing, unless something is amiss with the pauses: then it is read again.
            rewind(consumer.poll(time));
        } finally {
            resting = false;
            consumer.resume(consumer.paused());
        }
    }

    /** The partitions of this instance. */
    List<Integer> partitions() {
        return consumer.assignment().stream().map(TopicPartition::partition).toList();
    }

    /** Events not read yet in this instance's partitions, as far as the broker has told. */
    long lag() {
        return consumer.assignment().stream()
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
    }

    /** Ends a poll that is going on or the next one, with a {@link org.apache.kafka.common.errors.WakeupException}. */
    void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private final class Rebalances implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            log.info("partitions assigned: {}", partitions);
            if (resting) consumer.pause(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // Between polls nothing is held: what was dealt with is committed, the rest is read by the next owner.
            log.info("partitions revoked: {}", partitions);
        }
    }
}
