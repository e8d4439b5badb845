package io.hapax.ledger.posting;

import java.util.List;

/** The ledger's answer to a {@link PostingRequest}. */
public sealed interface PostingResult {

    /** The payment was handled now: posted, or failed for good. */
    record Settled(RecordedPayment payment) implements PostingResult {}

    /** The payment was handled before, with the same content. Nothing moves, and the answer is the one on record. */
    record AlreadySettled(RecordedPayment payment) implements PostingResult {}

    /**
     * The payment was handled before, with another content. Nothing moves, and nothing is recorded.
     *
     * @param differingFields names of the fields that differ from the payment on record, at least one
     */
    record Conflict(RecordedPayment payment, List<String> differingFields) implements PostingResult {}

    /** The payment was not handled so far. Only an inquiry gets this answer. */
    record NotFound() implements PostingResult {}
}
