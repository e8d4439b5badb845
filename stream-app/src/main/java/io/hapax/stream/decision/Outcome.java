package io.hapax.stream.decision;

import io.hapax.topics.LogPosition;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ledger's answer to one event. */
public sealed interface Outcome {
    /** The accepted command that the event was for. */
    LogPosition command();

    /**
     * The payment was resolved, now or before.
     *
     * @param acceptedAt when the command was accepted that the ledger resolved it for; null if the ledger does not tell
     */
    record Resolved(
            LogPosition command, Result result, @Nullable Instant acceptedAt) implements Outcome {
        public Resolved(LogPosition command, Result result) {
            this(command, result, null);
        }
    }

    /** The payment id was resolved before, for another content: the key came back after it had been forgotten. */
    record KeyTaken(LogPosition command, List<String> differing) implements Outcome {}

    /**
     * The ledger has not seen the payment, and has dealt with every POST sent before the inquiry.
     *
     * @param attempt the attempt that was asked about
     */
    record NotFound(LogPosition command, int attempt) implements Outcome {}
}
