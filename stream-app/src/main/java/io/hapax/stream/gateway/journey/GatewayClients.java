package io.hapax.stream.gateway.journey;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Settings of the gateway's Kafka clients: what the operator passes on to Kafka, security first of all, and what the
 * gateway's promises rest on.
 */
final class GatewayClients {
    /** The greatest age of the gateway's knowledge of the partitions of the decisions. */
    static final Duration DECISIONS_MAX_AGE = Duration.ofSeconds(5);

    private GatewayClients() {}

    /**
     * Acknowledged by all replicas, once, within a bounded time. After it the client is told to come again, and a
     * command that still waits in memory is given up, not sent long after its request was answered.
     */
    static Map<String, Object> producer(Map<String, String> kafka, Duration deliveryTimeout) {
        Map<String, Object> config = passedOn(kafka, ProducerConfig.configNames(), "producer.");
        int deliveryMs = Math.toIntExact(deliveryTimeout.toMillis());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryMs);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, deliveryMs / 2));
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, deliveryMs);
        return config;
    }

    /** Without a group, committed records only. */
    static Map<String, Object> consumer(Map<String, String> kafka) {
        Map<String, Object> config = passedOn(kafka, ConsumerConfig.configNames(), "consumer.");
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // Only for a position that retention has overtaken.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        // A decision is handed over as soon as it is there.
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        // So soon are partitions that somebody adds read. Kafka's five minutes are longer than any client waits.
        config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, (int) DECISIONS_MAX_AGE.toMillis());
        return config;
    }

    /**
     * The settings that are passed on to one kind of client, as Streams does it: plain names for all clients,
     * prefixed ones for this kind.
     */
    private static Map<String, Object> passedOn(Map<String, String> kafka, Set<String> names, String prefix) {
        Map<String, Object> config = new HashMap<>();
        kafka.forEach((name, value) -> {
            if (names.contains(name)) {
                config.put(name, value);
            }
        });
        kafka.forEach((name, value) -> {
            if (name.startsWith(prefix) && names.contains(name.substring(prefix.length()))) {
                config.put(name.substring(prefix.length()), value);
            }
        });
        // Set for Streams' own clients, which may be several in one process.
        config.remove("client.id");
        config.remove("transactional.id");
        return config;
    }
}
