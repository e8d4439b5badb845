package io.hapax.stream.decision;

import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;

/** The consequence of one outcome. */
public sealed interface Settlement {
    /** The pending payment is settled: remember it and answer the accepted command. */
    record Settles(Settled settled) implements Settlement {}

    /** The ledger knows the key with another content: remember that and answer the accepted command with a conflict. */
    record Refuses(TakenKey refused) implements Settlement {}

    /**
     * The outcome that ended the payment, read again: the same answer again, to a {@link Settled} or {@link TakenKey}.
     */
    record AnswersAgain(IdempotencyRecord ended) implements Settlement {}

    /**
     * The ledger never saw the payment: remember the record and post it, again or for the first time, under the same
     * payment id.
     */
    record PostsAgain(Pending pending) implements Settlement {}

    /** The record is gone too early, which only lost state explains: the answer is given all the same. */
    record AnswersWithoutRecord(Outcome outcome) implements Settlement {}

    /** A repeated or overtaken outcome: its command has its answer, or will get it. */
    record Ignored() implements Settlement {}
}
