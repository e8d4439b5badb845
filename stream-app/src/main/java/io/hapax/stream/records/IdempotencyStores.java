package io.hapax.stream.records;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.metrics.StoreFigures;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The two stores of idempotency records, how Streams builds them and how a processor gets at them.
 *
 * <p>{@value #PENDING} holds payments until they are settled, at any age: nothing in it expires. {@value #ENDED} holds
 * settled payments in buckets of time, which are dropped whole: no deletes, no tombstones.
 */
public final class IdempotencyStores {
    /** Payments that are accepted and not settled; short-lived, so small. */
    public static final String PENDING = "pending-payments";

    /** Payments that are settled or refused; written once, read by point look-ups, forgotten by the bucket. */
    public static final String ENDED = "ended-payments";

    private final Duration bucket;
    private final KeyValueBytesStoreSupplier pendingSupplier;
    private final KeyValueBytesStoreSupplier endedSupplier;
    private final OpenStores open = new OpenStores();

    /** @param retention how long a settled payment is found; also the width of a bucket, so that two look-ups do */
    public IdempotencyStores(Duration retention) {
        this.bucket = retention;
        this.pendingSupplier = open.supplier(PENDING, Duration.ZERO);
        this.endedSupplier = open.supplier(ENDED, bucket);
    }

    /** What a processor declares, so that Streams connects the stores to it. */
    public Set<StoreBuilder<?>> builders() {
        // Caching off: it would hold back what standbys need, and has lost state of such stores (apache/kafka#12540).
        return Set.of(
                Stores.keyValueStoreBuilder(pendingSupplier, PaymentIdSerde.create(), RecordCodec.serde())
                        .withCachingDisabled()
                        .withLoggingEnabled(Map.of()),
                Stores.keyValueStoreBuilder(endedSupplier, EndedKey.serde(), RecordCodec.serde())
                        .withCachingDisabled()
                        .withLoggingEnabled(endedChangelog()));
    }

    /**
     * The broker deletes old segments of this changelog, by the times of the records in them. A record carries the time of
     * the outcome, which is as old as the payment was pending: deleted by that time, it might go before its answer expires. So
     * the time of appending counts.
     */
    private Map<String, String> endedChangelog() {
        return Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                // Each key is written once: compaction would find nothing.
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                String.valueOf(changelogRetention(bucket).toMillis()),
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "LogAppendTime");
    }

    /** How long the changelog of ended payments must keep them: two buckets, and a day against clocks that differ. */
    public static Duration changelogRetention(Duration retention) {
        return retention.multipliedBy(2).plusDays(1);
    }

    /** How large all stores of this process are. */
    public StoreFigures figures() {
        return open.figures();
    }

    /** The records of the processor's task. */
    public IdempotencyRecords open(ProcessorContext<?, ?> context) {
        KeyValueStore<UUID, IdempotencyRecord> pending = context.getStateStore(PENDING);
        KeyValueStore<EndedKey, IdempotencyRecord> ended = context.getStateStore(ENDED);
        return new IdempotencyRecords(pendingTable(pending), endedTable(ended), bucket);
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
            public @Nullable IdempotencyRecord get(UUID paymentId, long bucketStartMs) {
                return store.get(new EndedKey(bucketStartMs, paymentId));
            }

            @Override
            public void put(UUID paymentId, IdempotencyRecord ended, long bucketStartMs) {
                store.put(new EndedKey(bucketStartMs, paymentId), ended);
            }
        };
    }
}
