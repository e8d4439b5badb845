package io.hapax.ledger.posting;

import java.time.Instant;
import java.util.UUID;

/**
 * A reservation that has not ended: money that is held on an account.
 *
 * @param id payment id under which it was reserved
 * @param partition of the log by whose clock it ends: the one that holds all events of the debtor
 * @param debtor id of the account that the money is held on
 * @param creditor id of the account that a capture pays
 * @param currency ISO 4217 alphabetic code
 * @param remainingMinor minor units that are still held, greater than zero
 * @param expiresAt the first moment at which it is over
 * @param multiple whether more than one capture may follow
 */
public record Reservation(
        UUID id,
        int partition,
        String debtor,
        String creditor,
        String currency,
        long remainingMinor,
        Instant expiresAt,
        boolean multiple) {

    /** True when it is over at that time of its partition. */
    public boolean isOverAt(Instant clock) {
        return !clock.isBefore(expiresAt);
    }

    /** The same reservation after a capture. */
    Reservation less(long capturedMinor) {
        return new Reservation(
                id, partition, debtor, creditor, currency, remainingMinor - capturedMinor, expiresAt, multiple);
    }
}
