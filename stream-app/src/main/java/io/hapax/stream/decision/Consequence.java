package io.hapax.stream.decision;

import io.hapax.stream.decision.IdempotencyRecord.Pending;
import java.util.UUID;

/**
 * One thing that follows from a command, an outcome or a look of the sweep: something is remembered, or somebody is
 * told.
 *
 * <p>{@link PaymentTask} returns consequences and carries out none. All that follow from one call belong into one
 * transaction, in their order.
 */
public sealed interface Consequence
        permits Answer, Consequence.Remember, Consequence.Post, Consequence.Inquire, Consequence.Nothing {
    /** The state of a payment is remembered, in place of any earlier one. */
    record Remember(UUID paymentId, IdempotencyRecord state) implements Consequence {}

    /** The ledger is told to post the payment, unless it did before. */
    record Post(UUID paymentId, Pending pending, PostReason reason) implements Consequence {}

    /** The ledger is asked what became of the payment. */
    record Inquire(UUID paymentId, Pending pending, InquiryReason reason) implements Consequence {}

    /** No consequence: there is nothing to tell anybody. It is counted. */
    record Nothing(NothingReason reason) implements Consequence {}

    /** The reason why the ledger is told to post. */
    enum PostReason {
        /** The command was accepted. */
        ACCEPTED,
        /** The accepted command was read again. */
        READ_AGAIN,
        /** The ledger was asked about an old key before anything was posted, and has never seen it. */
        NEVER_SEEN,
        /** The ledger was asked and has seen nothing of what it was told to post. */
        NOTHING_FOUND
    }

    /** The reason why the ledger is asked. */
    enum InquiryReason {
        /** An unknown key may have been forgotten. */
        RECALLED,
        /** The recalled command was read again. */
        READ_AGAIN,
        /** The payment has been pending for too long. */
        LEASE_RAN_OUT
    }

    /** The reason why nothing follows. */
    enum NothingReason {
        /** The accepted command was read again after its settlement. */
        COMMAND_READ_AGAIN,
        /** A repeated or overtaken outcome. */
        OUTCOME_REPEATED
    }
}
