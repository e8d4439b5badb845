package io.hapax.stream;

import io.hapax.stream.settings.GuaranteedConfig;
import io.hapax.stream.settings.StreamSettings;
import io.hapax.topics.ClusterProblem;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import io.hapax.topics.TransactionVersion;
import io.hapax.topics.UnsoundClusterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * The check that the cluster's transactions, the topics and the changelogs are sound, and partitioned as they were when
 * the app started. It is made at start and again while the app runs.
 */
final class TopicsCheck {
    /** These are read by whoever was told their number at the start. */
    private static final List<Topic> COUNTED = List.of(
            Topic.PAYMENT_COMMANDS,
            Topic.PAYMENT_COMMANDS_REROUTED,
            Topic.LEDGER_OUTCOMES,
            // Read by Streams' global thread, which takes no notice of partitions that are added.
            Topic.RETENTION_POLICIES);

    private static final int ANSWER_WITHIN_MS = 10_000;
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(10);

    private final StreamSettings settings;
    private final TopicLayout layout;
    private final Map<Topic, Integer> partitionsAtStart = new EnumMap<>(Topic.class);
    private long believedUntilNanos = System.nanoTime();

    private TopicsCheck(StreamSettings settings) {
        this.settings = settings;
        this.layout = new TopicLayout(1, settings.replication());
    }

    /** Of topics that are sound now; throws {@link UnsoundClusterException} where they are not. */
    static TopicsCheck atStart(StreamSettings settings, Admin admin) {
        TopicsCheck check = new TopicsCheck(settings);
        check.verify(admin);
        COUNTED.forEach(topic -> check.partitionsAtStart.put(topic, TopicLayout.partitionCount(admin, topic)));
        return check;
    }

    int commandPartitions() {
        return partitionsAtStart.getOrDefault(Topic.PAYMENT_COMMANDS, 0);
    }

    /** Throws {@link UnsoundClusterException} unless all is sound; what Kafka throws, if it does not tell. */
    void verify(Admin admin) {
        List<ClusterProblem> problems = new ArrayList<>(layout.problems(admin, Topic.OF_THE_JOURNEY));
        problems.addAll(ChangelogCheck.problems(admin, settings.applicationId(), settings.longestRetention(), layout));
        TransactionVersion.problem(admin).ifPresent(problems::add);
        if (problems.isEmpty()) {
            partitionsAtStart.forEach((topic, count) -> {
                int now = TopicLayout.partitionCount(admin, topic);
                if (now != count) {
                    problems.add(ClusterProblem.partitionsAdded(topic, now, count));
                }
            });
        }
        if (!problems.isEmpty()) {
            throw new UnsoundClusterException(problems);
        }
    }

    /** The same, by a client of its own, unless it was found well a moment ago: for whoever has many reasons to ask. */
    synchronized void verifyAgain() {
        if (System.nanoTime() - believedUntilNanos >= 0) {
            Map<String, Object> config = new HashMap<>(GuaranteedConfig.adminConfig(settings));
            config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_WITHIN_MS);
            config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_WITHIN_MS);
            try (Admin admin = Admin.create(config)) {
                verify(admin);
            }
            believedUntilNanos = System.nanoTime() + BELIEVED_FOR.toNanos();
        }
    }
}
