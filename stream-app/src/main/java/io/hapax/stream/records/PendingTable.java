package io.hapax.stream.records;

import io.hapax.stream.decision.IdempotencyRecord;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** Payments that are accepted and not settled, by payment id. */
public interface PendingTable {
    @Nullable IdempotencyRecord get(UUID paymentId);

    void put(UUID paymentId, IdempotencyRecord pending);

    void delete(UUID paymentId);

    /** In the order of their ids, from the given one on (null: from the first). Close it. */
    KeyValueIterator<UUID, IdempotencyRecord> from(@Nullable UUID paymentId);
}
