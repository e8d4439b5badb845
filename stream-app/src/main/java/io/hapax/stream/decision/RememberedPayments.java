package io.hapax.stream.decision;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The idempotency records of one task. */
public interface RememberedPayments {
    /** What is stored of the payment, null if nothing; may be older than the retention, which the rule judges. */
    @Nullable IdempotencyRecord find(UUID paymentId, Instant now);

    /** Remembers the state of a payment, in place of any earlier one. */
    void put(UUID paymentId, IdempotencyRecord state);
}
