package io.hapax.stream.records;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Refused;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Reads from outside of the topology what is known of a payment, for whoever asks what became of it.
 *
 * <p>It sees what a transaction has written before it has ended: an answer that is at most one commit interval early.
 */
public final class PaymentLookup {
    private final KafkaStreams streams;
    private final HostInfo here;
    private final Duration retention;

    /** What a look-up finds. */
    public sealed interface Found {
        /** What this instance knows, which is the one that owns the key. */
        record Known(IdempotencyRecord payment) implements Found {}

        /** This instance owns the key and knows nothing of it. */
        record Unknown() implements Found {}

        /** Another instance owns the key. */
        record Elsewhere(HostInfo owner) implements Found {}

        /** The key is on its way from one instance to another, or its store is being restored. */
        record Moving() implements Found {}
    }

    /**
     * @param here this instance, by the name that it gave to Kafka Streams
     * @param retention how long a settled payment is known
     */
    public PaymentLookup(KafkaStreams streams, HostInfo here, Duration retention) {
        this.streams = streams;
        this.here = here;
        this.retention = retention;
    }

    /** The state of the payment as a command that came now would meet it. */
    public Found find(PaymentKey key, Instant now) {
        try {
            KeyQueryMetadata owner = streams.queryMetadataForKey(
                    IdempotencyStores.PENDING,
                    key,
                    (topic, asked, value, partitions) -> Optional.of(Set.of(Partitions.of(asked, partitions))));
            if (owner.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
                return new Found.Moving();
            }
            if (!owner.activeHost().equals(here)) {
                return new Found.Elsewhere(owner.activeHost());
            }
            IdempotencyRecord known = find(key.paymentId(), owner.partition(), now);
            return known == null ? new Found.Unknown() : new Found.Known(known);
        } catch (InvalidStateStoreException e) {
            return new Found.Moving();
        }
    }

    private @Nullable IdempotencyRecord find(UUID paymentId, int partition, Instant now) {
        ReadOnlyKeyValueStore<UUID, IdempotencyRecord> pending = streams.store(StoreQueryParameters.fromNameAndType(
                        IdempotencyStores.PENDING, QueryableStoreTypes.<UUID, IdempotencyRecord>keyValueStore())
                .withPartition(partition));
        IdempotencyRecord open = pending.get(paymentId);
        // Second, so that a payment settled in between is found.
        return open != null ? open : findEnded(paymentId, partition, now);
    }

    private @Nullable IdempotencyRecord findEnded(UUID paymentId, int partition, Instant now) {
        ReadOnlyKeyValueStore<EndedKey, IdempotencyRecord> ended = streams.store(StoreQueryParameters.fromNameAndType(
                        IdempotencyStores.ENDED, QueryableStoreTypes.<EndedKey, IdempotencyRecord>keyValueStore())
                .withPartition(partition));
        long bucketMs = retention.toMillis();
        long bucket = Math.floorDiv(now.toEpochMilli(), bucketMs) * bucketMs;
        // The bucket after, too: the broker's clock, which buckets go by, may be ahead of this machine's.
        for (long start = bucket + bucketMs; start >= bucket - bucketMs; start -= bucketMs) {
            IdempotencyRecord found = ended.get(new EndedKey(start, paymentId));
            if (found != null) {
                return isKnown(found, now) ? found : null;
            }
        }
        return null;
    }

    /** To its client a refused payment was never accepted. */
    private boolean isKnown(IdempotencyRecord found, Instant now) {
        return switch (found) {
            case Settled settled -> now.isBefore(settled.expiresAt(retention));
            case Refused refused -> false;
            case IdempotencyRecord.Pending pending -> true;
        };
    }
}
