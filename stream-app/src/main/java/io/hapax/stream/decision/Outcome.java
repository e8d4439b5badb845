package io.hapax.stream.decision;

import java.util.List;

/** What the ledger answered to one event. */
public sealed interface Outcome {
    /** The accepted command that the event was for. */
    Origin command();

    /** The payment was dealt with, now or before. */
    record Dealt(Origin command, Result result) implements Outcome {}

    /** The payment id was dealt with before, for another content: the key came back after it had been forgotten. */
    record Taken(Origin command, List<String> differing) implements Outcome {}

    /**
     * The ledger has not seen the payment, and has dealt with every POST sent before the inquiry.
     *
     * @param attempt the attempt that was asked about
     */
    record NotFound(Origin command, int attempt) implements Outcome {}
}
