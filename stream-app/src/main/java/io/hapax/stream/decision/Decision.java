package io.hapax.stream.decision;

import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The decision on one command. */
public sealed interface Decision {
    /** The key is unknown: remember the record and post the payment, in one transaction. */
    record Accepted(Pending pending) implements Decision {}

    /** The key belongs to a payment with another content. */
    record Conflict(IdempotencyRecord known, List<PayloadField> differing) implements Decision {}

    /**
     * The payment was accepted before and is not settled.
     *
     * @param inquiry the record with a new lease when the old one ran out: ask the ledger; null while it runs
     */
    record InFlight(Pending pending, @Nullable Pending inquiry) implements Decision {}

    /** The payment was settled before: the answer is the original's. */
    record Replayed(Settled settled) implements Decision {}

    /**
     * The key is unknown, and first sent so long ago that this proves nothing, but not too long ago to be looked up:
     * remember the record and ask the ledger, in one transaction. Nothing is posted before it has said that it never
     * saw the payment.
     *
     * @param pending with attempt 0
     */
    record Recalled(Pending pending) implements Decision {}

    /** The key is unknown, and first sent so long ago that this proves nothing: refused. */
    record Expired() implements Decision {}

    /** The key is unknown, and the command breaks a rule for new payments: nothing is remembered. */
    record Invalid(Violation violation) implements Decision {}

    /**
     * The accepted or recalled command itself, read again while its payment is pending. It gets no answer. The ledger
     * is sent the same event again: the POST, which it executes once, or the inquiry.
     */
    record Redelivered(Pending pending) implements Decision {}

    /** The accepted command itself, read again after its settlement, which was its answer: nothing to do. */
    record AlreadySettled() implements Decision {}
}
