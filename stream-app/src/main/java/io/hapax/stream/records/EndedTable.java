package io.hapax.stream.records;

import io.hapax.stream.decision.IdempotencyRecord;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Payments that are settled or refused, by payment id, in buckets of the time in which they ended. */
public interface EndedTable {
    /** From the newest bucket that has one. */
    @Nullable IdempotencyRecord get(UUID paymentId);

    /** @param bucketStartMs start of the bucket, epoch milliseconds */
    void put(UUID paymentId, IdempotencyRecord ended, long bucketStartMs);
}
