package io.hapax.stream.decision;

import java.time.Instant;

/**
 * The source of an outcome: its place in the log, and the time of its event.
 *
 * @param offset where it lies in this task's partition of {@code ledger-outcomes}
 * @param eventTime stream time at which the event that it answers was sent to the ledger
 */
public record OutcomeSource(long offset, Instant eventTime) {}
