package io.hapax.tools.policies;

import io.hapax.schemas.RetentionPolicy;
import io.hapax.serde.AvroFormat;
import io.hapax.stream.alerting.PublishedRetention;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.records.IdempotencyStores;
import io.hapax.tools.log.TakenUpPolicies;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** The policies in the cluster: the published ones, and those that the stream app's tasks follow. */
record PolicyTopics(Map<String, Object> kafka) {

    /** @param policy null takes it back */
    void publish(AvroFormat format, PolicyScope scope, @Nullable RetentionPolicy policy) {
        // Else a broker that makes topics on demand would make one that is not compacted.
        TopicTail.partitionCount(kafka, Topic.RETENTION_POLICIES);
        Serializer<RetentionPolicy> serializer = format.serializer();
        try (KafkaProducer<String, RetentionPolicy> producer =
                new KafkaProducer<>(kafka, new StringSerializer(), serializer)) {
            producer.send(new ProducerRecord<>(Topic.RETENTION_POLICIES.topicName(), scope.key(), policy))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException("the policy was not published", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** The valid policies on {@code retention-policies}, by record key. */
    Map<String, RetentionPolicy> published(AvroFormat format) {
        return PublishedRetention.read(kafka, format).byKey();
    }

    /** The schedules that tasks follow, by scope and task. */
    Map<String, Map<Integer, RetentionSchedule>> followed(String streamGroup, Duration allowedSkew) {
        Map<String, Map<Integer, RetentionSchedule>> followed = new TreeMap<>();
        new TakenUpPolicies(kafka, streamGroup)
                .read((task, scope, changes) -> followed.computeIfAbsent(scope, unknown -> new TreeMap<>())
                        .put(
                                task,
                                new RetentionSchedule(
                                        changes.getLast().retention(), allowedSkew, Duration.ofHours(1), changes)));
        return followed;
    }

    /**
     * The value that {@code retention.max} had when the app last started; empty if unknown. The retention of the
     * changelog of ended payments is twice this value.
     */
    Optional<Duration> longestRetention(String streamGroup) {
        ConfigResource changelog = new ConfigResource(
                ConfigResource.Type.TOPIC, IdempotencyStores.changelog(streamGroup, IdempotencyStores.ENDED));
        try (Admin admin = Admin.create(kafka)) {
            Config config =
                    admin.describeConfigs(List.of(changelog)).all().get().get(changelog);
            ConfigEntry kept = config == null ? null : config.get(TopicConfig.RETENTION_MS_CONFIG);
            return kept == null || kept.value() == null || kept.value().equals("-1")
                    ? Optional.empty()
                    : Optional.of(Duration.ofMillis(Long.parseLong(kept.value()) / 2));
        } catch (ExecutionException e) {
            // No app has run yet, or we may not look: the policy is published all the same.
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
