package io.hapax.stream.records;

import io.hapax.stream.decision.IdempotencyRecord;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Payments that are settled or refused, by payment id, in buckets of the time in which they ended. */
public interface EndedTable {
    /** The one that ended last. */
    @Nullable IdempotencyRecord get(UUID paymentId);

    /** @param bucket by its number, see {@link BucketRows} */
    void put(UUID paymentId, IdempotencyRecord ended, long bucket);
}
