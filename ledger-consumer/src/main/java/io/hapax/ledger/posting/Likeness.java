package io.hapax.ledger.posting;

/**
 * The part that two payments share if one may be the other again: debtor, creditor, amount, currency and reference.
 * The client is no part of it. The partition of the log is, since its clock compares their times. All events of a
 * debtor are on one.
 *
 * @param partition of the log
 * @param content of a payment at once
 */
public record Likeness(int partition, PaymentContent content) {

    public static Likeness of(PostingRequest request) {
        return new Likeness(request.event().partition(), request.content());
    }
}
