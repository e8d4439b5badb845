package io.hapax.topics;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The layout that the topics must have on a cluster. It creates missing topics and names settings that break the
 * guarantee.
 *
 * @param partitions partitions of every topic that is created; for ever, since the partition of a key depends on it
 * @param replication replicas of every partition; below 3 a lost disk can lose accepted payments
 */
public record TopicLayout(int partitions, short replication) {
    private static final String RETENTION = "retention.ms";
    private static final String MAX_BYTES = "max.message.bytes";
    private static final Duration LEADERS_WITHIN = Duration.ofMinutes(1);

    /**
     * Creates the topics that do not exist yet; existing ones stay as they are. Returns what was created, when all of
     * it can be written to.
     */
    public List<Topic> create(Admin admin) {
        List<Topic> created = new ArrayList<>();
        var results = admin.createTopics(
                        Stream.of(Topic.values()).map(this::newTopic).toList())
                .values();
        for (Topic topic : Topic.values()) {
            try {
                requireNonNull(results.get(topic.topicName())).get();
                created.add(topic);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new KafkaException("could not create topic " + topic.topicName(), e.getCause());
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        awaitLeaders(admin, created);
        return created;
    }

    /**
     * Each partition's leader answers once it leads. A producer that writes before has its first batch turned away
     * while the second may already be taken, and the first then counts as out of order for ever.
     */
    private void awaitLeaders(Admin admin, List<Topic> created) {
        Map<TopicPartition, OffsetSpec> partitionsCreated = new HashMap<>();
        for (Topic topic : created) {
            for (int partition = 0; partition < partitions; partition++) {
                partitionsCreated.put(new TopicPartition(topic.topicName(), partition), OffsetSpec.latest());
            }
        }
        Instant deadline = Instant.now().plus(LEADERS_WITHIN);
        while (!allLead(admin, partitionsCreated)) {
            if (Instant.now().isAfter(deadline)) {
                throw new KafkaException("topics were created, and not all partitions have a leader yet: " + created);
            }
        }
    }

    /** False while the broker asked has not heard of a topic yet, too. */
    private static boolean allLead(Admin admin, Map<TopicPartition, OffsetSpec> partitions) {
        try {
            admin.listOffsets(partitions).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                return false;
            }
            throw new KafkaException("could not ask the partitions for their offsets", e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Everything about the existing topics that breaks the guarantee, empty when all is sound. Partition counts are
     * held against each other and against those of {@code payment-commands}, not against {@link #partitions()}.
     */
    public List<ClusterProblem> problems(Admin admin, Collection<Topic> topics) {
        Map<Topic, TopicDescription> found = describe(admin, topics);
        List<ClusterProblem> problems = new ArrayList<>();
        for (Topic topic : topics) {
            if (!found.containsKey(topic)) {
                problems.add(ClusterProblem.missing(topic));
            }
        }
        found.forEach((topic, description) -> problems.addAll(shapeProblems(topic, description, found)));
        problems.addAll(settingProblems(admin, found.keySet()));
        return problems;
    }

    /**
     * The number of partitions of an existing topic.
     *
     * @throws MissingTopicException if it does not exist
     */
    public static int partitionCount(Admin admin, Topic topic) {
        TopicDescription found = describe(admin, List.of(topic)).get(topic);
        if (found == null) {
            throw new MissingTopicException(topic.topicName());
        }
        return found.partitions().size();
    }

    private NewTopic newTopic(Topic topic) {
        Map<String, String> settings = new TreeMap<>(topic.initialSettings());
        settings.put("min.insync.replicas", String.valueOf(minInSync()));
        return new NewTopic(topic.topicName(), partitions, replication).configs(settings);
    }

    /** One replica may be away without stopping payments; two may not without risking them. */
    public int minInSync() {
        return Math.max(1, replication - 1);
    }

    private List<ClusterProblem> shapeProblems(
            Topic topic, TopicDescription description, Map<Topic, TopicDescription> found) {
        List<ClusterProblem> problems = new ArrayList<>();
        int count = description.partitions().size();
        TopicDescription commands = found.get(Topic.PAYMENT_COMMANDS);
        if (topic.partitionedLikeCommands()
                && commands != null
                && count != commands.partitions().size()) {
            problems.add(ClusterProblem.partitionCount(
                    topic, count, commands.partitions().size()));
        }
        int replicas = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        if (replicas < replication) {
            problems.add(ClusterProblem.replication(topic, replicas, replication));
        }
        return problems;
    }

    private List<ClusterProblem> settingProblems(Admin admin, Set<Topic> topics) {
        List<ConfigResource> resources =
                topics.stream().map(TopicLayout::resource).toList();
        Map<ConfigResource, Config> configs =
                join(admin.describeConfigs(resources).all());
        List<ClusterProblem> problems = new ArrayList<>();
        for (Topic topic : topics) {
            Config config = requireNonNull(configs.get(resource(topic)));
            topic.requiredSettings().forEach((name, needed) -> {
                String value = value(config, name);
                if (!needed.equals(value)) {
                    problems.add(ClusterProblem.setting(topic.topicName(), name, value, needed));
                }
            });
            decidedByNobody(topic, config).ifPresent(problems::add);
            if (Long.parseLong(value(config, MAX_BYTES)) < topic.largestRecordBytes()) {
                problems.add(ClusterProblem.setting(
                        topic.topicName(),
                        MAX_BYTES,
                        value(config, MAX_BYTES),
                        String.valueOf(topic.largestRecordBytes())));
            }
            int inSync = Integer.parseInt(value(config, "min.insync.replicas"));
            if (inSync < minInSync()) {
                problems.add(ClusterProblem.setting(
                        topic.topicName(), "min.insync.replicas", String.valueOf(inSync), String.valueOf(minInSync())));
            }
        }
        return problems;
    }

    /**
     * A problem when nobody has decided how long the log is kept. The operator decides that on the topic itself: a
     * cluster's default was made for other topics.
     */
    private static Optional<ClusterProblem> decidedByNobody(Topic topic, Config config) {
        ConfigEntry retention = config.get(RETENTION);
        boolean isDecided = retention == null
                || retention.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG
                || "-1".equals(retention.value());
        return isDecided || topic.isCompacted()
                ? Optional.empty()
                : Optional.of(ClusterProblem.setting(
                        topic.topicName(), RETENTION, value(config, RETENTION) + " by the cluster's default", "-1"));
    }

    private static Map<Topic, TopicDescription> describe(Admin admin, Collection<Topic> topics) {
        var futures = admin.describeTopics(topics.stream().map(Topic::topicName).toList())
                .topicNameValues();
        Map<Topic, TopicDescription> found = new TreeMap<>();
        for (Topic topic : EnumSet.copyOf(topics)) {
            try {
                found.put(topic, requireNonNull(futures.get(topic.topicName())).get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw new KafkaException("could not describe topic " + topic.topicName(), e.getCause());
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        return found;
    }

    private static ConfigResource resource(Topic topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
    }

    private static String value(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null ? "" : entry.value();
    }

    private static <T> T join(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new KafkaException("could not read the settings of the topics", e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static KafkaException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new InterruptException(e);
    }
}
