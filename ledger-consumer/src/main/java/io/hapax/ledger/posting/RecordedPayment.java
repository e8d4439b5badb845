package io.hapax.ledger.posting;

/**
 * A payment that the ledger has dealt with.
 *
 * @param request the request by which it was dealt with, the first under its payment id
 * @param settlement what became of it
 */
public record RecordedPayment(PostingRequest request, PaymentResult settlement) {}
