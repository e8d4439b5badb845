package io.hapax.stream;

import static java.util.Objects.requireNonNull;

import io.hapax.stream.records.IdempotencyStores;
import io.hapax.topics.ClusterProblem;
import io.hapax.topics.TopicLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The check at start that changelogs of an earlier run keep all that must be remembered, and accept all that is
 * written. Streams gives a changelog its settings when it creates the topic and never again. Somebody may have
 * altered them since. And if the retention has become longer, the broker would forget what the store must be restored
 * from.
 */
final class ChangelogCheck {
    private ChangelogCheck() {}

    static List<ClusterProblem> problems(
            Admin admin, String applicationId, Duration longestRetention, TopicLayout layout) {
        List<ClusterProblem> problems = new ArrayList<>();
        for (String store : IdempotencyStores.ALL) {
            String topic = IdempotencyStores.changelog(applicationId, store);
            settings(admin, topic)
                    .ifPresent(found -> problems.addAll(problems(topic, store, found, longestRetention, layout)));
        }
        return problems;
    }

    private static List<ClusterProblem> problems(
            String topic, String store, Config found, Duration longestRetention, TopicLayout layout) {
        List<ClusterProblem> problems = new ArrayList<>();
        Map<String, String> required = new TreeMap<>(IdempotencyStores.requiredSettings(store));
        required.forEach((name, needed) -> {
            String value = value(found, name);
            if (!value.equals(needed)) {
                problems.add(ClusterProblem.setting(topic, name, value, needed));
            }
        });
        IdempotencyStores.leastRetentionMs(store, longestRetention).ifPresent(needed -> {
            long keepsMs = Long.parseLong(value(found, TopicConfig.RETENTION_MS_CONFIG));
            if (keepsMs >= 0 && (needed < 0 || keepsMs < needed)) {
                problems.add(ClusterProblem.setting(
                        topic, TopicConfig.RETENTION_MS_CONFIG, String.valueOf(keepsMs), String.valueOf(needed)));
            }
        });
        IdempotencyStores.leastDeletionsMs(store).ifPresent(needed -> {
            String keeps = value(found, TopicConfig.DELETE_RETENTION_MS_CONFIG);
            if (Long.parseLong(keeps) < needed) {
                problems.add(ClusterProblem.setting(
                        topic, TopicConfig.DELETE_RETENTION_MS_CONFIG, keeps, String.valueOf(needed)));
            }
        });
        String inSync = value(found, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
        if (Integer.parseInt(inSync) < layout.minInSync()) {
            problems.add(ClusterProblem.setting(
                    topic, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, inSync, String.valueOf(layout.minInSync())));
        }
        return problems;
    }

    private static String value(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null ? "" : entry.value();
    }

    /** Empty if there is no such topic yet. */
    private static Optional<Config> settings(Admin admin, String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            return Optional.of(requireNonNull(
                    admin.describeConfigs(List.of(resource)).all().get().get(resource)));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw new KafkaException("could not read the settings of " + topic, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
