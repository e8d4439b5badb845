package io.hapax.lab.simulation;

import io.hapax.stream.decision.IdempotencyRecord.Pending;
import java.time.Instant;
import java.util.UUID;

/** A record on the topic that the ledger reads. */
sealed interface LedgerMessage {
    /**
     * An event about a payment, reservation, capture or voiding.
     *
     * @param inquiry true for an inquiry, false for a post
     */
    record Event(boolean inquiry, UUID paymentId, Pending pending) implements LedgerMessage {}

    /** The time of the partition, as the ledger itself writes it when holds are over and no event says so. */
    record TimePassed(Instant at) implements LedgerMessage {}
}
