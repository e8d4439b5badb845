package io.hapax.tools.log;

import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The progress of an app in a topic: the offsets that its consumer group has committed.
 *
 * @param until by partition, the offset up to which the app has processed everything. It is at most the offset
 *     after the last record asked about.
 * @param behind approximate number of records that the app has not processed
 * @param isKnown whether the cluster has the group. If it has not, the command does not wait.
 * @param waited time for which the command waited
 */
public record GroupProgress(Map<Integer, Long> until, long behind, boolean isKnown, Duration waited) {
    private static final Duration PAUSE = Duration.ofMillis(100);

    public boolean isThere() {
        return behind == 0;
    }

    /**
     * Waits until the group has processed every record up to the last ones, or until the time is over.
     *
     * @param lastOffsets offsets of the last records that must be processed, by partition
     */
    public static GroupProgress await(
            Admin admin, String group, Topic topic, Map<Integer, Long> lastOffsets, Duration patience) {
        long start = System.nanoTime();
        GroupProgress progress = of(committed(admin, group, topic), lastOffsets, true, start);
        if (!progress.isThere() && !isKnown(admin, group)) {
            return new GroupProgress(progress.until(), progress.behind(), false, Duration.ZERO);
        }
        while (!progress.isThere() && System.nanoTime() - start < patience.toNanos()) {
            pause();
            progress = of(committed(admin, group, topic), lastOffsets, true, start);
        }
        return progress;
    }

    /** The reason why not everything is processed. */
    public String words(String group, Topic topic) {
        return isKnown
                ? "group " + group + " has not dealt with the last " + behind + " records of " + topic.topicName()
                        + ", and did not within " + waited.toSeconds() + " s"
                : "there is no group " + group + " on this cluster, to deal with the " + behind + " records of "
                        + topic.topicName() + " (is it the right cluster, the right group?)";
    }

    private static boolean isKnown(Admin admin, String group) {
        ConsumerGroupDescription found = describe(admin, group);
        return found != null && found.groupState() != GroupState.DEAD;
    }

    /** True if the group has members: an app works for it, or did so a short while ago. */
    public static boolean hasMembers(Admin admin, String group) {
        ConsumerGroupDescription found = describe(admin, group);
        return found != null && !found.members().isEmpty();
    }

    private static @Nullable ConsumerGroupDescription describe(Admin admin, String group) {
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().get(group);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return null;
            }
            throw new KafkaException("could not ask for the group " + group, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static GroupProgress of(
            Map<Integer, Long> committed, Map<Integer, Long> lastOffsets, boolean isKnown, long start) {
        Map<Integer, Long> until = new TreeMap<>();
        long behind = 0;
        for (Map.Entry<Integer, Long> last : lastOffsets.entrySet()) {
            long needed = last.getValue() + 1;
            long done = Math.min(needed, committed.getOrDefault(last.getKey(), 0L));
            until.put(last.getKey(), done);
            behind += needed - done;
        }
        return new GroupProgress(until, behind, isKnown, Duration.ofNanos(System.nanoTime() - start));
    }

    /** The group's committed offsets, by partition. */
    public static Map<Integer, Long> committed(Admin admin, String group, Topic topic) {
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
