package io.hapax.tools.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.stream.decision.RetentionSchedule.Change;
import io.hapax.stream.records.FollowedCodec;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.topics.MissingTopicException;
import io.hapax.topics.TopicTail;
import java.util.List;
import java.util.Map;

/**
 * The policies that tasks of the stream app follow, each with its start time. The source is the changelog of the
 * store that holds them.
 */
public final class TakenUpPolicies {
    private final Map<String, ?> kafka;
    private final String changelog;

    /** A receiver of the policies that a task follows for a scope. */
    @FunctionalInterface
    public interface Receiver {
        /** @param scope a key of {@code retention-policies} */
        void accept(int task, String scope, List<Change> changes);
    }

    /** @param streamGroup application id of the stream app */
    public TakenUpPolicies(Map<String, ?> kafka, String streamGroup) {
        this.kafka = kafka;
        this.changelog = IdempotencyStores.changelog(streamGroup, IdempotencyStores.FOLLOWED);
    }

    /** The name of the topic. */
    public String changelog() {
        return changelog;
    }

    /**
     * Gives all policies to the receiver. A new app has no such topic before its first start.
     *
     * @return false if records were deleted from the start of the topic
     */
    public boolean read(Receiver receiver) {
        try (TopicTail tail = new TopicTail(kafka, changelog)) {
            tail.readToEnd(found -> receiver.accept(
                    found.partition(), new String(found.key(), UTF_8), FollowedCodec.changes(found.value())));
            return tail.starts().values().stream().allMatch(start -> start == 0);
        } catch (MissingTopicException notYet) {
            return true;
        }
    }
}
