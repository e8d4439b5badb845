package io.hapax.stream.records;

import io.hapax.stream.decision.IdempotencyRecord;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Payments that are settled or refused, by payment id and the start of the bucket in which they ended. */
public interface EndedTable {
    @Nullable IdempotencyRecord get(UUID paymentId, long bucketStartMs);

    void put(UUID paymentId, IdempotencyRecord ended, long bucketStartMs);
}
