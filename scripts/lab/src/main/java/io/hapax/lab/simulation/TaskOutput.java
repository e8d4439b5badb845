package io.hapax.lab.simulation;

import io.hapax.stream.decision.Answer;
import java.time.Instant;

/** A record that a task writes to a topic when its transaction commits. */
sealed interface TaskOutput {
    /** A command that is sent on to its own partition. */
    record SentOn(int partition, long timestampMs, Topics.Rerouted copy) implements TaskOutput {}

    /** An event to the ledger. */
    record Told(long timestampMs, LedgerMessage.Event message) implements TaskOutput {}

    /** @param expiresAt with a settlement: until when it says that a retry gets the stored answer */
    record Answered(Answer answer, Instant expiresAt) implements TaskOutput {}
}
