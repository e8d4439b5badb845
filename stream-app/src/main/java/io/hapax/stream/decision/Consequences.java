package io.hapax.stream.decision;

import io.hapax.stream.decision.IdempotencyRecord.Pending;
import java.util.UUID;

/** What a task makes happen outside of it, in the transaction in which it remembers. */
public interface Consequences {
    /** Why the ledger is told to post. */
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

    /** Why the ledger is asked. */
    enum InquiryReason {
        /** An unknown key may have been forgotten. */
        RECALLED,
        /** The recalled command was read again. */
        READ_AGAIN,
        /** The payment has been pending for too long. */
        LEASE_RAN_OUT
    }

    /** Why nothing follows. */
    enum NothingReason {
        /** The accepted command was read again after its settlement. */
        COMMAND_READ_AGAIN,
        /** A repeated or overtaken outcome. */
        OUTCOME_REPEATED
    }

    /** Tells the ledger to post the payment, unless it did before. */
    void post(UUID paymentId, Pending pending, PostReason reason);

    /** Asks the ledger what became of the payment. */
    void inquire(UUID paymentId, Pending pending, InquiryReason reason);

    /** Answers a command. */
    void answer(Answer answer);

    /** There is nothing to tell anybody. */
    void nothing(NothingReason reason);
}
