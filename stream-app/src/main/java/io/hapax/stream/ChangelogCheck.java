package io.hapax.stream;

import static java.util.Objects.requireNonNull;

import io.hapax.stream.records.IdempotencyStores;
import io.hapax.topics.TopicProblem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Whether the changelog of ended payments, if there is one from an earlier run, keeps them for as long as they must be known.
 * Streams sets that when it creates the topic and never again: with a longer retention than it was created for, the broker
 * would forget what the store must be restored from.
 */
final class ChangelogCheck {
    private static final String RETENTION = "retention.ms";

    private ChangelogCheck() {}

    static List<TopicProblem> problems(Admin admin, String applicationId, Duration longestRetention) {
        String topic = IdempotencyStores.changelog(applicationId, IdempotencyStores.ENDED);
        String found = retentionOf(admin, topic);
        // The store keeps two buckets of the longest retention each.
        long neededMs = longestRetention.multipliedBy(2).toMillis();
        boolean keepsLongEnough = found.isEmpty() || found.equals("-1") || Long.parseLong(found) >= neededMs;
        return keepsLongEnough
                ? List.of()
                : List.of(TopicProblem.setting(topic, RETENTION, found, String.valueOf(neededMs)));
    }

    /** Empty if there is no such topic yet. */
    private static String retentionOf(Admin admin, String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            ConfigEntry entry = requireNonNull(
                            admin.describeConfigs(List.of(resource)).all().get().get(resource))
                    .get(RETENTION);
            return entry == null || entry.value() == null ? "" : entry.value();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return "";
            }
            throw new KafkaException("could not read the settings of " + topic, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
