package io.hapax.stream.records;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.ownership.Ownership;
import io.hapax.topics.Partitions;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A look-up of a payment's record from outside of the topology, for those who ask for its state. It sees what is
 * committed, and nothing that may still be rolled back.
 *
 * <p>A settled payment stays as it is. That a payment is unknown, forgotten or pending is told only with a proof that
 * no other instance had taken over its task by then.
 */
public final class PaymentLookup {
    private final KafkaStreams streams;
    private final Ownership ownership;
    private final HostInfo here;
    private final int commandPartitions;
    private final RetentionSchedule initial;

    /** The result of a look-up. */
    public sealed interface Found {
        /**
         * This instance owns the key and knows the payment.
         *
         * @param expiresAt until when; null while it is pending, which never expires
         */
        record Known(IdempotencyRecord payment, @Nullable Instant expiresAt) implements Found {}

        /** This instance owned the key when it looked, and knew nothing of it. */
        record Unknown() implements Found {}

        /** Another instance owns the key. */
        record Elsewhere(HostInfo owner) implements Found {}

        /**
         * The key is on its way from one instance to another, its store is being restored, its owner cannot be asked,
         * or this instance cannot prove that it is the owner.
         */
        record Moving() implements Found {}
    }

    /**
     * @param ownership proves that this instance owned the key
     * @param here this instance, by the name that it gave to Kafka Streams
     * @param commandPartitions of {@code payment-commands}. Kafka Streams counts those alone that instances with an
     *     address own, and would look for the key in another place while one of them has no gateway
     * @param initial the policy of those for whom nothing is published
     */
    public PaymentLookup(
            KafkaStreams streams,
            Ownership ownership,
            HostInfo here,
            int commandPartitions,
            RetentionSchedule initial) {
        this.streams = streams;
        this.ownership = ownership;
        this.here = here;
        this.commandPartitions = commandPartitions;
        this.initial = initial;
    }

    /** The state of the payment as a command that came now would meet it. */
    @SuppressWarnings("removal") // Of a partitioner, the method that is to be removed is still the abstract one.
    public Found find(PaymentKey key, Instant now) {
        try {
            KeyQueryMetadata owner = streams.queryMetadataForKey(
                    IdempotencyStores.PENDING,
                    key,
                    (topic, asked, value, told) -> Optional.of(Set.of(Partitions.of(asked, commandPartitions))));
            // So it is too for an instance that has told no address, since it has no gateway.
            if (owner.activeHost().equals(HostInfo.unavailable())) {
                return new Found.Moving();
            }
            if (!owner.activeHost().equals(here)) {
                return new Found.Elsewhere(owner.activeHost());
            }
            return ownership
                    .proven(() -> find(key, owner.partition(), now), PaymentLookup::isFinal)
                    .orElseGet(Found.Moving::new);
        } catch (InvalidStateStoreException | ProcessorStateException e) {
            // What can't be read is restored soon: the task finds out, too.
            return new Found.Moving();
        }
    }

    private static boolean isFinal(Found found) {
        return found instanceof Found.Known(Settled settled, var expiresAt);
    }

    private Found find(PaymentKey key, int partition, Instant now) {
        ReadOnlyKeyValueStore<UUID, IdempotencyRecord> pending = store(IdempotencyStores.PENDING, partition);
        IdempotencyRecord open = pending.get(key.paymentId());
        // Second, so that a payment settled in between is found.
        return open != null ? new Found.Known(open, null) : findEnded(key, partition, now);
    }

    /** To its client a refused payment was never accepted. */
    private Found findEnded(PaymentKey key, int partition, Instant now) {
        ReadOnlyKeyValueStore<EndedKey, IdempotencyRecord> ended = store(IdempotencyStores.ENDED, partition);
        if (ended.get(EndedKey.anywhere(key.paymentId())) instanceof Settled settled) {
            ReadOnlyKeyValueStore<String, RetentionSchedule> followed = store(IdempotencyStores.FOLLOWED, partition);
            Instant expiresAt = TaskPolicies.of(key, initial, scope -> followed.get(scope.key()))
                    .expiresAt(settled.settledAt());
            return now.isBefore(expiresAt) ? new Found.Known(settled, expiresAt) : new Found.Unknown();
        }
        return new Found.Unknown();
    }

    private <K, V> ReadOnlyKeyValueStore<K, V> store(String name, int partition) {
        return streams.store(StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.<K, V>keyValueStore())
                .withPartition(partition));
    }
}
