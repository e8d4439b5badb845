package io.hapax.ledger.posting;

import java.util.List;

/** The ledger's answer to a {@link PostingRequest}. */
public sealed interface PostingResult {

    /** Dealt with now: posted, or failed for good. */
    record Settled(RecordedPayment payment) implements PostingResult {}

    /** Dealt with before, with the same content: nothing moves, the answer is the one on record. */
    record AlreadySettled(RecordedPayment payment) implements PostingResult {}

    /**
     * Dealt with before, with another content: nothing moves and nothing is recorded.
     *
     * @param differingFields names of the fields that differ from the payment on record, at least one
     */
    record Conflict(RecordedPayment payment, List<String> differingFields) implements PostingResult {}

    /** Only to an inquiry: not dealt with so far. */
    record NotFound() implements PostingResult {}
}
