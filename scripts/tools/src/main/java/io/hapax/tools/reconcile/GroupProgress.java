package io.hapax.tools.reconcile;

import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * How far an app has dealt with a topic: the offsets that its consumer group has committed.
 *
 * @param until by partition, the offset up to which everything is dealt with, at most behind the last record asked about
 * @param behind records, roughly, that are not dealt with
 */
record GroupProgress(Map<Integer, Long> until, long behind) {
    private static final Duration PAUSE = Duration.ofMillis(100);

    boolean isThere() {
        return behind == 0;
    }

    /**
     * Waits until the group has dealt with every record up to the last ones, or for so long.
     *
     * @param lastOffsets of the records that must be dealt with, by partition
     */
    static GroupProgress await(
            Admin admin, String group, Topic topic, Map<Integer, Long> lastOffsets, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        GroupProgress progress = of(committed(admin, group, topic), lastOffsets);
        while (!progress.isThere() && System.nanoTime() < deadline) {
            pause();
            progress = of(committed(admin, group, topic), lastOffsets);
        }
        return progress;
    }

    private static GroupProgress of(Map<Integer, Long> committed, Map<Integer, Long> lastOffsets) {
        Map<Integer, Long> until = new TreeMap<>();
        long behind = 0;
        for (Map.Entry<Integer, Long> last : lastOffsets.entrySet()) {
            long needed = last.getValue() + 1;
            long done = Math.min(needed, committed.getOrDefault(last.getKey(), 0L));
            until.put(last.getKey(), done);
            behind += needed - done;
        }
        return new GroupProgress(until, behind);
    }

    /** The group's committed offsets, by partition. */
    static Map<Integer, Long> committed(Admin admin, String group, Topic topic) {
        Map<Integer, Long> committed = new TreeMap<>();
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            offsets.forEach((partition, offset) -> {
                if (partition.topic().equals(topic.topicName()) && offset != null) {
                    committed.put(partition.partition(), offset.offset());
                }
            });
            return committed;
        } catch (ExecutionException e) {
            throw new KafkaException("could not ask how far the group " + group + " is", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
