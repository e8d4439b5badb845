package io.hapax.stream.records;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.metrics.StoreFigures;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The stores of a task, how Streams builds them and how a processor gets at them.
 *
 * <p>{@value #PENDING} holds payments until they are settled, at any age: nothing in it expires. {@value #ENDED}
 * holds settled payments in buckets of time, which are dropped whole: no deletes, no tombstones. {@value #FOLLOWED}
 * holds which retentions the task has promised, nothing while no policy was published.
 */
public final class IdempotencyStores {
    /** Payments that are accepted and not settled; short-lived, so small. */
    public static final String PENDING = "pending-payments";

    /** Payments that are settled or refused; written once, read by point look-ups, forgotten by the bucket. */
    public static final String ENDED = "ended-payments";

    /** Retention policies that the task has followed, by scope. Its changelog keeps all of them, for whoever audits. */
    public static final String FOLLOWED = "followed-policies";

    /** All of them. */
    public static final List<String> ALL = List.of(PENDING, ENDED, FOLLOWED);

    /**
     * The time for which a compacted changelog must say that something was deleted, at least: Kafka's default. A store
     * that is older than that does not hear of it.
     */
    public static final Duration KEEPS_DELETIONS = Duration.ofHours(24);

    private final RetentionSchedule initial;
    private final Duration longest;
    private final BucketRows rows;
    private final KeyValueBytesStoreSupplier pendingSupplier;
    private final KeyValueBytesStoreSupplier endedSupplier;
    private final OpenStores open = new OpenStores();

    /**
     * @param initial the policy of those for whom nothing is published
     * @param longest retention that is followed, whatever is published
     */
    public IdempotencyStores(RetentionSchedule initial, Duration longest) {
        this.initial = initial;
        this.longest = longest;
        this.rows = new BucketRows(initial.retention());
        this.pendingSupplier = open.supplier(PENDING, Duration.ZERO, ENDED);
        this.endedSupplier = open.supplier(ENDED, initial.retention(), null);
    }

    /** The stores that a processor declares, so that Streams connects them to it. */
    public Set<StoreBuilder<?>> builders() {
        // Caching off: it would hold back what standbys need, and has lost state of such stores (apache/kafka#12540).
        return Set.of(
                Stores.keyValueStoreBuilder(pendingSupplier, PaymentIdSerde.create(), RecordCodec.serde())
                        .withCachingDisabled()
                        .withLoggingEnabled(initialSettings(PENDING, longest)),
                Stores.keyValueStoreBuilder(endedSupplier, EndedKey.serde(), RecordCodec.serde())
                        .withCachingDisabled()
                        .withLoggingEnabled(initialSettings(ENDED, longest)),
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(FOLLOWED), Serdes.String(), FollowedCodec.serde(initial))
                        .withCachingDisabled()
                        .withLoggingEnabled(initialSettings(FOLLOWED, longest)));
    }

    /** With what Streams creates the changelog of a store. */
    private static Map<String, String> initialSettings(String store, Duration longest) {
        Map<String, String> settings = new HashMap<>(requiredSettings(store));
        leastDeletionsMs(store)
                .ifPresent(ms -> settings.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, String.valueOf(ms)));
        if (!store.equals(PENDING)) {
            settings.put(
                    TopicConfig.RETENTION_MS_CONFIG,
                    store.equals(ENDED)
                            ? String.valueOf(changelogRetention(longest).toMillis())
                            : "-1");
        }
        return settings;
    }

    /**
     * Settings of a store's changelog without which something that must be remembered could be deleted from it, or
     * not written to it. How long it must keep what: {@link #leastRetentionMs}.
     */
    public static Map<String, String> requiredSettings(String store) {
        Map<String, String> settings = new HashMap<>();
        settings.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                // Of what is ended each key is written once, and of what was followed all is kept: compaction would
                // find nothing.
                store.equals(PENDING) ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE);
        // The size says nothing of what may be forgotten.
        settings.put(TopicConfig.RETENTION_BYTES_CONFIG, "-1");
        settings.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
        // A record carries the time of its command, whatever the clock of the broker showed that stamped it.
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, String.valueOf(Long.MAX_VALUE));
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, String.valueOf(Long.MAX_VALUE));
        if (store.equals(ENDED)) {
            // The broker deletes old segments of this changelog, by the times of the records in them. A record carries
            // the time of the outcome, which is as old as the payment was pending: deleted by that time, it might go
            // before its answer expires. So the time of appending counts.
            settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        }
        return settings;
    }

    /** For how long the changelog must say that something was deleted, at least. Only one that is compacted forgets. */
    public static OptionalLong leastDeletionsMs(String store) {
        return store.equals(PENDING) ? OptionalLong.of(KEEPS_DELETIONS.toMillis()) : OptionalLong.empty();
    }

    /**
     * For how long the changelog must keep what is in it, at least; -1: for ever. Of one that is compacted, nothing
     * is asked.
     */
    public static OptionalLong leastRetentionMs(String store, Duration longest) {
        return switch (store) {
            case ENDED -> OptionalLong.of(longest.multipliedBy(2).toMillis());
            case FOLLOWED -> OptionalLong.of(-1);
            default -> OptionalLong.empty();
        };
    }

    /**
     * The time for which the changelog of ended payments must keep them: two buckets, and a day against clocks that
     * differ.
     */
    public static Duration changelogRetention(Duration longest) {
        return longest.multipliedBy(2).plusDays(1);
    }

    /** The topic behind a store. */
    public static String changelog(String applicationId, String store) {
        return applicationId + "-" + store + "-changelog";
    }

    /** The sizes of all stores of this process. */
    public StoreFigures figures() {
        return open.figures();
    }

    /** The number of times that a store of this process was closed so far. */
    public long closings() {
        return open.closings();
    }

    /** The records of the processor's task. */
    public IdempotencyRecords open(ProcessorContext<?, ?> context) {
        KeyValueStore<UUID, IdempotencyRecord> pending = context.getStateStore(PENDING);
        KeyValueStore<EndedKey, IdempotencyRecord> ended = context.getStateStore(ENDED);
        return new IdempotencyRecords(pendingTable(pending), endedTable(ended), rows);
    }

    /** The policies of the processor's task. */
    public TaskPolicies openPolicies(ProcessorContext<?, ?> context, TaskPolicies.Published published) {
        KeyValueStore<String, RetentionSchedule> store = context.getStateStore(FOLLOWED);
        return new TaskPolicies(initial, published, new FollowedPolicies(store));
    }

    private static PendingTable pendingTable(KeyValueStore<UUID, IdempotencyRecord> store) {
        return new PendingTable() {
            @Override
            public @Nullable IdempotencyRecord get(UUID paymentId) {
                return store.get(paymentId);
            }

            @Override
            public void put(UUID paymentId, IdempotencyRecord pending) {
                store.put(paymentId, pending);
            }

            @Override
            @SuppressWarnings("NullAway") // Streams' way to delete without reading what is deleted.
            public void delete(UUID paymentId) {
                store.put(paymentId, null);
            }

            @Override
            public KeyValueIterator<UUID, IdempotencyRecord> from(@Nullable UUID paymentId) {
                return paymentId == null ? store.all() : store.range(paymentId, null);
            }
        };
    }

    private static EndedTable endedTable(KeyValueStore<EndedKey, IdempotencyRecord> store) {
        return new EndedTable() {
            @Override
            public @Nullable IdempotencyRecord get(UUID paymentId) {
                return store.get(EndedKey.anywhere(paymentId));
            }

            @Override
            public void put(UUID paymentId, IdempotencyRecord ended, long bucket) {
                store.put(new EndedKey(bucket, paymentId), ended);
            }
        };
    }
}
