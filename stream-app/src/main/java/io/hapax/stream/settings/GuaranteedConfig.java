package io.hapax.stream.settings;

import static java.util.stream.Collectors.toMap;

import io.hapax.stream.records.RocksMemory;
import io.hapax.topics.Topic;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Turns the settings into Kafka Streams' own. What the guarantee rests on is set here, not left to the operator. */
public final class GuaranteedConfig {
    /**
     * The guarantee rests on these.
     *
     * <p>Exactly once: what is remembered, what is emitted and how far was read are one transaction. Earliest: a lost
     * offset must not skip commands.
     */
    private static final Map<String, String> FIXED = Map.of(
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            StreamsConfig.EXACTLY_ONCE_V2,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest");

    /** Prefixes under which Streams takes the same settings for one client only. */
    private static final List<String> CLIENT_PREFIXES =
            List.of("", "consumer.", "main.consumer.", "restore.consumer.", "global.consumer.");

    /**
     * A stall may outlast Streams' default of 10 s (a long pause of the JVM, a slow disk) without costing the thread; a dead
     * instance holds its transaction open for at most this long.
     */
    private static final int TRANSACTION_TIMEOUT_MS = 60_000;

    /** With Kafka's 16 KiB a batch is full after a few dozen records, and each one costs a compressor and a request's share. */
    private static final int PRODUCER_BATCH_BYTES = 128 * 1024;

    private GuaranteedConfig() {}

    /** Passed-on settings that contradict the guarantee. */
    static List<String> contradictions(Map<String, String> kafka) {
        return kafka.entrySet().stream()
                .filter(entry -> CLIENT_PREFIXES.stream()
                        .anyMatch(prefix -> entry.getKey().startsWith(prefix)
                                && FIXED.containsKey(entry.getKey().substring(prefix.length()))))
                .map(entry -> "kafka." + entry.getKey() + " is set by the program, the guarantee rests on it")
                .toList();
    }

    /** The properties to start Streams with. */
    public static Properties properties(StreamSettings settings) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), TRANSACTION_TIMEOUT_MS);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), PRODUCER_BATCH_BYTES);
        // Room for the largest dead letter with its headers.
        properties.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), 2 * Topic.MAX_DEAD_LETTER_BYTES);
        properties.putAll(settings.kafka().entrySet().stream().collect(toMap(Map.Entry::getKey, Map.Entry::getValue)));
        properties.putAll(FIXED);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().toMillis());
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, settings.groupProtocol());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) settings.replication());
        properties.put(StreamsConfig.topicPrefix(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG), "false");
        properties.put(RocksMemory.MEMORY_MB, settings.storeMemoryMb());
        if (settings.gateway() != null) {
            properties.put(
                    StreamsConfig.APPLICATION_SERVER_CONFIG, settings.gateway().hostAndPort());
        }
        return properties;
    }
}
