package io.hapax.stream.records;

import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.stream.decision.RetentionSchedule;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * The idempotency records of one task.
 *
 * <p>Settled payments lie in buckets of time, see {@link BucketRows}. Under the retention of the settings, what is
 * still known is in the bucket of now or in the one before. Each look-up asks the buckets that are kept, and a filter
 * answers for most. A range fetch on a window store would open an iterator per segment.
 */
public final class IdempotencyRecords {
    private final PendingTable pending;
    private final EndedTable ended;
    private final BucketRows rows;

    public IdempotencyRecords(PendingTable pending, EndedTable ended, BucketRows rows) {
        this.pending = pending;
        this.ended = ended;
        this.rows = rows;
    }

    /**
     * The stored record of the payment. Null if there is none. It may be older than the retention, which the rule
     * judges.
     */
    public @Nullable IdempotencyRecord find(UUID paymentId) {
        IdempotencyRecord found = pending.get(paymentId);
        return found != null ? found : ended.get(paymentId);
    }

    /**
     * Remembers the state of a payment, in place of any earlier one.
     *
     * @param policy that says for how long, if the payment has ended
     */
    public void put(UUID paymentId, IdempotencyRecord state, RetentionSchedule policy) {
        switch (state) {
            case Pending open -> pending.put(paymentId, open);
            case Settled settled -> end(paymentId, settled, settled.settledAt(), policy);
            case TakenKey refused -> end(paymentId, refused, refused.refusedAt(), policy);
        }
    }

    /** Pending payments in the order of their ids, from the given one on (null: from the first). Close it. */
    public KeyValueIterator<UUID, IdempotencyRecord> pendingFrom(@Nullable UUID paymentId) {
        return pending.from(paymentId);
    }

    private void end(UUID paymentId, IdempotencyRecord state, Instant at, RetentionSchedule policy) {
        ended.put(paymentId, state, rows.bucketOf(at, policy.changeAt(at)));
        pending.delete(paymentId);
    }
}
