package io.hapax.ledger.consume;

import io.hapax.app.settings.PassedToKafka;
import io.hapax.topics.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Settings of the Kafka clients.
 *
 * @param passThrough Kafka's own settings by Kafka's own names; those that begin with {@code consumer.},
 *     {@code producer.} or {@code admin.} are for that client alone
 * @param group consumer group whose members share the partitions
 * @param maxEvents events in one batch at most
 */
public record KafkaSettings(Map<String, String> passThrough, String group, int maxEvents) {
    private static final String CONSUMER = "consumer.";
    private static final String PRODUCER = "producer.";
    private static final String ADMIN = "admin.";

    /** A dead letter at its largest, with its headers. */
    private static final int MAX_REQUEST_BYTES = Topic.MAX_DEAD_LETTER_BYTES + 1024 * 1024;

    // What the guarantee rests on.
    private static final Map<String, Object> CONSUMER_GUARANTEE = Map.of(
            // What an aborted transaction of the app wrote was never said.
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            // Offsets follow the acknowledged outcomes, not the clock.
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            // A group without offsets begins at the beginning: repeating is harmless, skipping is not.
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            // A topic made by accident has the wrong number of partitions.
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
            false,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ByteArrayDeserializer.class);

    private static final Map<String, Object> PRODUCER_GUARANTEE = Map.of(
            // An outcome is published when it is there to stay, in the order of the events.
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            // The partition of an outcome is that of its command: murmur2 of the key, Kafka's default.
            ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
            false,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ByteArraySerializer.class);

    /** The Kafka settings that an operator may pass on to the clients. */
    public static final PassedToKafka PASSED_ON = PassedToKafka.toClients(List.of(CONSUMER), PRODUCER, ADMIN)
            .not(CONSUMER_GUARANTEE.keySet(), "the guarantee rests on it")
            .not(PRODUCER_GUARANTEE.keySet(), "the guarantee rests on it")
            .not(Set.of(ConsumerConfig.GROUP_ID_CONFIG), "consumer.group is the setting for it")
            .not(Set.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), "batch.max.events is the setting for it")
            .not(Set.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), "the largest dead letter must fit")
            .not(
                    Set.of(ProducerConfig.PARTITIONER_CLASS_CONFIG, ProducerConfig.TRANSACTIONAL_ID_CONFIG),
                    "the guarantee rests on it")
            .not(
                    Set.of(
                            ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
                            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG),
                    "what runs in between could change, drop or misplace records");

    public KafkaSettings {
        passThrough = Map.copyOf(passThrough);
    }

    Map<String, Object> consumerConfig() {
        Map<String, Object> config = passedTo(CONSUMER);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxEvents);
        config.putAll(CONSUMER_GUARANTEE);
        return config;
    }

    Map<String, Object> producerConfig() {
        Map<String, Object> config = passedTo(PRODUCER);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        config.putAll(PRODUCER_GUARANTEE);
        return config;
    }

    /** The configuration of the admin client: the settings of all clients, overridden by those under {@code admin.}. */
    public Map<String, Object> adminConfig() {
        return passedTo(ADMIN);
    }

    private Map<String, Object> passedTo(String client) {
        Map<String, Object> shared = new HashMap<>();
        Map<String, Object> own = new TreeMap<>();
        passThrough.forEach((name, value) -> {
            if (name.startsWith(client)) {
                own.put(name.substring(client.length()), value);
            } else if (!name.startsWith(CONSUMER) && !name.startsWith(PRODUCER) && !name.startsWith(ADMIN)) {
                shared.put(name, value);
            }
        });
        shared.putAll(own);
        return shared;
    }
}
