package io.hapax.ledger.posting;

import java.time.Instant;
import java.util.UUID;

/**
 * A reservation that has not ended: money that is held on an account.
 *
 * @param id payment id under which it was reserved
 * @param client that may capture or free it
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
        String client,
        int partition,
        String debtor,
        String creditor,
        String currency,
        long remainingMinor,
        Instant expiresAt,
        boolean multiple) {

    /** What is held by a request that is a reservation. */
    static Reservation of(PostingRequest request, Step.Reserve terms) {
        PaymentContent content = request.content();
        return new Reservation(
                request.paymentId(),
                request.clientId(),
                request.event().partition(),
                content.debtorAccount(),
                content.creditorAccount(),
                content.currency(),
                content.amountMinor(),
                request.acceptedAt().plus(terms.hold()),
                terms.multiple());
    }

    /** True if a step that names it can mean it: it is of the same client, debtor and partition. */
    boolean isMeantBy(PostingRequest step) {
        return client.equals(step.clientId())
                && debtor.equals(step.content().debtorAccount())
                && partition == step.event().partition();
    }

    /** True when it is over at that time of its partition. */
    public boolean isOverAt(Instant clock) {
        return !clock.isBefore(expiresAt);
    }

    /** The same reservation after a capture. */
    Reservation less(long capturedMinor) {
        return new Reservation(
                id, client, partition, debtor, creditor, currency, remainingMinor - capturedMinor, expiresAt, multiple);
    }
}
