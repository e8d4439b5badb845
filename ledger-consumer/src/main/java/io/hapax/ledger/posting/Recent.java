package io.hapax.ledger.posting;

import java.time.Instant;

/**
 * The latest guarded payment of its likeness that was completed.
 *
 * @param clientId who made it
 * @param idempotencyKey the client's own name of it
 * @param at clock of the partition when it was posted
 * @param until when no payment of its likeness is suspected any more, by the same clock; kept from those before it,
 *     if that is later
 */
public record Recent(String clientId, String idempotencyKey, Instant at, Instant until) {

    public boolean isOverAt(Instant clock) {
        return !clock.isBefore(until);
    }
}
