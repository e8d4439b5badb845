package io.hapax.stream.settings;

import static java.util.stream.Collectors.toMap;

import io.hapax.app.settings.PassedToKafka;
import io.hapax.stream.records.RocksMemory;
import io.hapax.stream.topology.PolicyTimes;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicLayout;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The configuration of Kafka Streams, made from the settings. What the guarantee rests on is set here, not left to
 * the operator.
 */
public final class GuaranteedConfig {
    /**
     * The guarantee rests on these.
     *
     * <p>Exactly once: what is remembered, what is emitted and how far was read are one transaction. Earliest: a lost
     * offset must not skip commands. Transactional stores: ours keep nothing before they hear that Kafka has committed
     * it. Read committed: the gateway tells no answer that may still be rolled back.
     */
    private static final Map<String, String> FIXED = Map.of(
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            StreamsConfig.EXACTLY_ONCE_V2,
            StreamsConfig.TRANSACTIONAL_STATE_STORES_CONFIG,
            "true",
            StreamsConfig.DEFAULT_INTERACTIVE_QUERY_ISOLATION_LEVEL_CONFIG,
            IsolationLevel.READ_COMMITTED.name(),
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest");

    /**
     * The guarantee rests on what Kafka does when these are not set.
     *
     * <p>A handler that goes on after a fault drops a command, or what follows from it. Another partitioner takes
     * keys from their places and inquiries from their POSTs.
     */
    private static final Set<String> UNTOUCHED = Set.of(
            StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG,
            StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
            "default.deserialization.exception.handler",
            StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
            StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
            "default.production.exception.handler",
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG);

    /** Settings of Kafka's that have one of our own, which wins. */
    private static final Set<String> OURS = Set.of(
            StreamsConfig.APPLICATION_ID_CONFIG,
            StreamsConfig.STATE_DIR_CONFIG,
            StreamsConfig.NUM_STREAM_THREADS_CONFIG,
            StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG,
            StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
            StreamsConfig.GROUP_PROTOCOL_CONFIG,
            StreamsConfig.REPLICATION_FACTOR_CONFIG,
            StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG);

    /** The settings that name code to run between the app and Kafka, or in place of a part of Streams. */
    private static final Set<String> FOREIGN_CODE = Set.of(
            ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
            StreamsConfig.PROCESSOR_WRAPPER_CLASS_CONFIG,
            StreamsConfig.TASK_ASSIGNOR_CLASS_CONFIG,
            StreamsConfig.DEFAULT_CLIENT_SUPPLIER_CONFIG,
            StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG,
            StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG,
            StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);

    /** Of a changelog: what the memory is restored from must be there, and writable. */
    private static final Set<String> OF_CHANGELOGS = Set.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.RETENTION_MS_CONFIG,
            TopicConfig.RETENTION_BYTES_CONFIG,
            TopicConfig.DELETE_RETENTION_MS_CONFIG,
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
            TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
            TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
            TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG);

    /** Streams' own that nothing rests on. */
    private static final Set<String> OF_STREAMS = Set.of(
            StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG,
            StreamsConfig.ALLOW_OS_GROUP_WRITE_ACCESS_CONFIG,
            StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
            StreamsConfig.BUILT_IN_METRICS_VERSION_CONFIG,
            StreamsConfig.LOG_SUMMARY_INTERVAL_MS_CONFIG,
            StreamsConfig.MAX_TASK_IDLE_MS_CONFIG,
            StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG,
            StreamsConfig.POLL_MS_CONFIG,
            StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG,
            StreamsConfig.RACK_AWARE_ASSIGNMENT_NON_OVERLAP_COST_CONFIG,
            StreamsConfig.RACK_AWARE_ASSIGNMENT_STRATEGY_CONFIG,
            StreamsConfig.RACK_AWARE_ASSIGNMENT_TAGS_CONFIG,
            StreamsConfig.RACK_AWARE_ASSIGNMENT_TRAFFIC_COST_CONFIG,
            StreamsConfig.STATE_CLEANUP_DELAY_MS_CONFIG,
            StreamsConfig.TASK_TIMEOUT_MS_CONFIG,
            // For a rolling upgrade of Kafka Streams.
            StreamsConfig.UPGRADE_FROM_CONFIG,
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG);

    /** Prefixes under which Streams takes the same settings for one client only. */
    private static final List<String> CONSUMERS =
            List.of("consumer.", "main.consumer.", "restore.consumer.", "global.consumer.");

    /** The Kafka settings that an operator may pass on. */
    public static final PassedToKafka PASSED_ON = PassedToKafka.toClients(CONSUMERS, "producer.", "admin.")
            .and("", OF_STREAMS)
            .and("consumer.", Set.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG))
            .and("main.consumer.", Set.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG))
            .and("restore.consumer.", Set.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG))
            .and(
                    StreamsConfig.TOPIC_PREFIX,
                    Set.of(
                            TopicConfig.COMPRESSION_TYPE_CONFIG,
                            TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
                            TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                            TopicConfig.SEGMENT_BYTES_CONFIG,
                            TopicConfig.SEGMENT_MS_CONFIG))
            .andFamily(StreamsConfig.CLIENT_TAG_PREFIX)
            .not(FIXED.keySet(), "the guarantee rests on it")
            .not(UNTOUCHED, "the guarantee rests on it")
            .not(OURS, "there is a setting of our own for it")
            .not(FOREIGN_CODE, "what runs in between could change, drop or misplace records")
            .not(OF_CHANGELOGS, "all that is remembered is restored from the changelogs")
            .not(Set.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), "the largest dead letter must fit")
            .not(Set.of(StreamsConfig.APPLICATION_SERVER_CONFIG), "it is what gateway.advertised.url says");

    /**
     * A transaction may stay open for so long beyond its commit interval. Brokers move partitions of a dead one to
     * others within this time. A dead instance holds up the others until it is over, and a broker has looked:
     * docs/decisions/14.
     */
    private static final Duration STALL_AT_MOST = Duration.ofSeconds(15);

    /**
     * Others read decisions and ledger events with the client that they have, and some know no codec but gzip, which
     * costs 2 µs a record. An operator may choose one, here or on the topic; docs/clients.md says who reads which.
     */
    private static final String READ_BY_ALL = "none";

    /** With Kafka's 16 KiB a batch is full after a few dozen records, and each one costs a request's share. */
    private static final int PRODUCER_BATCH_BYTES = 128 * 1024;

    /**
     * Never waits for a topic that has nothing buffered. Waiting would put the records of a task's three topics into
     * the order of their times more often, never always: other tasks reroute, and the ledger answers, when they get
     * round to it. So nothing here rests on that order, and asking after idle topics took a tenth of the time of a
     * command.
     */
    private static final long NO_IDLING = -1;

    /**
     * Records of one poll, and how many of a partition may wait before it is paused: with Kafka's 500 and 1,000 a
     * task stops often.
     */
    private static final int POLLED_RECORDS = 2_000;

    private static final int BUFFERED_RECORDS = 2 * POLLED_RECORDS;

    /**
     * A fetch waits a moment for about a hundred commands. Without this each few commands cost a fetch, and at a low
     * load most of the processor time goes into fetching.
     */
    private static final int FETCHED_BYTES = 30_000;

    private static final int FETCH_WAIT_MS = 10;

    /** Settings of ours that an operator may replace, by the prefix of the clients that they are for. */
    private static final Map<String, Map<String, Object>> DEFAULTS = Map.of(
            StreamsConfig.PRODUCER_PREFIX,
            Map.of(
                    ProducerConfig.COMPRESSION_TYPE_CONFIG,
                    READ_BY_ALL,
                    ProducerConfig.BATCH_SIZE_CONFIG,
                    PRODUCER_BATCH_BYTES,
                    // Room for the largest dead letter with its headers.
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    2 * Topic.MAX_DEAD_LETTER_BYTES),
            // Not the consumers of policies and standbys: nobody waits for them, and each such fetch costs the broker.
            StreamsConfig.MAIN_CONSUMER_PREFIX,
            Map.of(
                    ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                    FETCHED_BYTES,
                    ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                    FETCH_WAIT_MS));

    private GuaranteedConfig() {}

    /** The configuration of the app's admin client: Kafka's settings, overridden by those below {@code admin.}. */
    public static Map<String, Object> adminConfig(StreamSettings settings) {
        Map<String, Object> config = new HashMap<>(settings.kafka());
        settings.kafka().forEach((name, value) -> {
            if (name.startsWith(StreamsConfig.ADMIN_CLIENT_PREFIX)) {
                config.put(name.substring(StreamsConfig.ADMIN_CLIENT_PREFIX.length()), value);
            }
        });
        return config;
    }

    /** The properties to start Streams with. */
    public static Properties properties(StreamSettings settings) {
        Properties properties = new Properties();
        DEFAULTS.forEach((prefix, defaults) ->
                defaults.forEach((name, value) -> putDefault(properties, settings, prefix, name, value)));
        putDefault(properties, settings, StreamsConfig.PRODUCER_PREFIX, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int)
                settings.commitInterval().plus(STALL_AT_MOST).toMillis());
        properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, NO_IDLING);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLLED_RECORDS);
        properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
        properties.putAll(settings.kafka().entrySet().stream().collect(toMap(Map.Entry::getKey, Map.Entry::getValue)));
        properties.putAll(FIXED);
        // A policy without a time must not end the thread that hears of policies.
        properties.put(
                StreamsConfig.globalConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
                PolicyTimes.class.getName());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().toMillis());
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, settings.groupProtocol());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) settings.replication());
        changelogs(settings).forEach((name, value) -> properties.put(StreamsConfig.topicPrefix(name), value));
        properties.put(RocksMemory.MEMORY_MB, settings.storeMemoryMb());
        if (settings.gateway() != null) {
            properties.put(
                    StreamsConfig.APPLICATION_SERVER_CONFIG, settings.gateway().hostAndPort());
        }
        return properties;
    }

    private static void putDefault(
            Properties properties, StreamSettings settings, String prefix, String name, Object value) {
        // Without a prefix it is for all clients, and with that of consumers for each consumer. Both would lose against
        // our own.
        if (!settings.kafka().containsKey(name)
                && !settings.kafka().containsKey(StreamsConfig.CONSUMER_PREFIX + name)) {
            properties.put(prefix + name, value);
        }
    }

    /**
     * A changelog is as precious as the topics: a lost one is a lost memory. What each needs besides:
     * IdempotencyStores.
     */
    private static Map<String, String> changelogs(StreamSettings settings) {
        return Map.of(
                TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
                "false",
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                String.valueOf(new TopicLayout(1, settings.replication()).minInSync()));
    }
}
