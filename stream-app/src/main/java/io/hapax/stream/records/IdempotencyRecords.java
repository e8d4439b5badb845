package io.hapax.stream.records;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Refused;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.RememberedPayments;
import java.time.Instant;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * The idempotency records of one task.
 *
 * <p>Settled payments lie in buckets as wide as their retention is long, see {@link BucketRows}. So what is still known is in the
 * bucket of now or in the one before, which is how many are kept: each look-up asks both, and a filter answers for most. A range
 * fetch on a window store would open an iterator per segment.
 */
public final class IdempotencyRecords implements RememberedPayments {
    private final PendingTable pending;
    private final EndedTable ended;
    private final ToLongFunction<Instant> bucketOf;

    /** @param bucketOf where a payment belongs that is dealt with now and ended at that time */
    public IdempotencyRecords(PendingTable pending, EndedTable ended, ToLongFunction<Instant> bucketOf) {
        this.pending = pending;
        this.ended = ended;
        this.bucketOf = bucketOf;
    }

    @Override
    public @Nullable IdempotencyRecord find(UUID paymentId, Instant now) {
        IdempotencyRecord found = pending.get(paymentId);
        return found != null ? found : ended.get(paymentId);
    }

    @Override
    public void put(UUID paymentId, IdempotencyRecord state) {
        switch (state) {
            case Pending open -> pending.put(paymentId, open);
            case Settled settled -> end(paymentId, settled, settled.settledAt());
            case Refused refused -> end(paymentId, refused, refused.refusedAt());
        }
    }

    /** Pending payments in the order of their ids, from the given one on (null: from the first). Close it. */
    public KeyValueIterator<UUID, IdempotencyRecord> pendingFrom(@Nullable UUID paymentId) {
        return pending.from(paymentId);
    }

    private void end(UUID paymentId, IdempotencyRecord state, Instant at) {
        ended.put(paymentId, state, bucketOf.applyAsLong(at));
        pending.delete(paymentId);
    }
}
