package io.hapax.stream.records;

import io.hapax.stream.decision.IdempotencyRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
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

    /**
     * The broker deletes old segments of this changelog, by the times of the records in them. A record carries the time of
     * the outcome, which is as old as the payment was pending: deleted by that time, it might go before its answer expires.
     */
    private static final Map<String, String> ENDED_CHANGELOG = Map.of("message.timestamp.type", "LogAppendTime");

    private final Duration bucket;

    /** @param retention how long a settled payment is found; also the width of a bucket, so that two look-ups do */
    public IdempotencyStores(Duration retention) {
        this.bucket = retention;
    }

    /** What a processor declares, so that Streams connects the stores to it. */
    public Set<StoreBuilder<?>> builders() {
        // Caching off: it would hold back what standbys need, and has lost state of such stores (apache/kafka#12540).
        return Set.of(
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(PENDING), PaymentIdSerde.create(), RecordCodec.serde())
                        .withCachingDisabled()
                        .withLoggingEnabled(Map.of()),
                Stores.windowStoreBuilder(
                                Stores.persistentWindowStore(ENDED, bucket.multipliedBy(2), bucket, false),
                                PaymentIdSerde.create(),
                                RecordCodec.serde())
                        .withCachingDisabled()
                        .withLoggingEnabled(ENDED_CHANGELOG));
    }

    /** The records of the processor's task. */
    public IdempotencyRecords open(ProcessorContext<?, ?> context) {
        KeyValueStore<UUID, IdempotencyRecord> pending = context.getStateStore(PENDING);
        WindowStore<UUID, IdempotencyRecord> ended = context.getStateStore(ENDED);
        return new IdempotencyRecords(table(pending), table(ended), bucket);
    }

    private static PendingTable table(KeyValueStore<UUID, IdempotencyRecord> store) {
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
            public void delete(UUID paymentId) {
                store.delete(paymentId);
            }

            @Override
            public KeyValueIterator<UUID, IdempotencyRecord> from(@Nullable UUID paymentId) {
                return paymentId == null ? store.all() : store.range(paymentId, null);
            }
        };
    }

    private static EndedTable table(WindowStore<UUID, IdempotencyRecord> store) {
        return new EndedTable() {
            @Override
            public @Nullable IdempotencyRecord get(UUID paymentId, long bucketStartMs) {
                return store.fetch(paymentId, bucketStartMs);
            }

            @Override
            public void put(UUID paymentId, IdempotencyRecord ended, long bucketStartMs) {
                store.put(paymentId, ended, bucketStartMs);
            }
        };
    }
}
