package io.hapax.stream.alerting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.hapax.insight.Alert;
import io.hapax.schemas.KeyUsageAlert;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The one Kafka transaction of what the insight app publishes: adapted policies, alerts, what is known of clients,
 * and how far decisions were read.
 */
final class InsightTransaction implements AutoCloseable {
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final InsightSettings settings;
    private final Serializer<KeyUsageAlert> alertWriter;
    private final Serializer<RetentionPolicy> policyWriter;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    InsightTransaction(InsightSettings settings) {
        this.settings = settings;
        this.alertWriter = settings.format().serializer();
        this.policyWriter = settings.format().serializer();
    }

    /** Ends what a predecessor left open; from here on it can't commit. */
    void takeOver() {
        if (producer != null) {
            // A producer takes over once only, and this app may get its work back.
            producer.close(Duration.ZERO);
        }
        producer = new KafkaProducer<>(
                InsightClients.producer(settings), new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
    }

    /**
     * Publishes all of it, or nothing, if it has taken over. After a fault nothing can be published any more.
     *
     * @param saved what is known by client, null of one that is forgotten
     * @param read the offsets up to which decisions were read
     */
    void commit(
            Map<PolicyScope, RetentionPolicy> policies,
            List<Alert> alerts,
            Map<String, byte @Nullable []> saved,
            Map<TopicPartition, OffsetAndMetadata> read,
            ConsumerGroupMetadata group) {
        KafkaProducer<byte[], byte[]> ours = requireNonNull(producer, "it has not taken over");
        ours.beginTransaction();
        policies.forEach((scope, policy) -> send(
                ours,
                Topic.RETENTION_POLICIES,
                scope.key(),
                policyWriter.serialize(Topic.RETENTION_POLICIES.topicName(), policy)));
        for (Alert alert : alerts) {
            send(
                    ours,
                    Topic.KEY_USAGE_ALERTS,
                    alert.clientId(),
                    alertWriter.serialize(Topic.KEY_USAGE_ALERTS.topicName(), Alerts.alert(alert)));
        }
        saved.forEach((clientId, state) -> send(ours, Topic.KEY_USAGE_STATE, clientId, state));
        ours.sendOffsetsToTransaction(read, group);
        ours.commitTransaction();
    }

    /** Sends a record in the transaction. A record that cannot be sent fails the commit. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void send(KafkaProducer<byte[], byte[]> producer, Topic topic, String key, byte @Nullable [] value) {
        producer.send(new ProducerRecord<>(topic.topicName(), key.getBytes(UTF_8), value));
    }

    /** What is open is rolled back. */
    @Override
    public void close() {
        if (producer != null) {
            producer.close(CLOSE_WITHIN);
        }
    }
}
