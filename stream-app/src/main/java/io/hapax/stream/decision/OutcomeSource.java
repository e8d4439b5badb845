package io.hapax.stream.decision;

import java.time.Instant;

/**
 * The source of an outcome: its place in the log, and what is told of the event that it answers.
 *
 * @param offset where it lies in this task's partition of {@code ledger-outcomes}
 * @param eventTime stream time at which the event that it answers was sent to the ledger
 * @param asked what that event asked for
 */
public record OutcomeSource(long offset, Instant eventTime, Asked.Kind asked) {
    /** The source of an outcome about a payment in one step. */
    public OutcomeSource(long offset, Instant eventTime) {
        this(offset, eventTime, Asked.Kind.PAYMENT);
    }
}
