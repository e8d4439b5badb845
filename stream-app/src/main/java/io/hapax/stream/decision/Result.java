package io.hapax.stream.decision;

import org.jspecify.annotations.Nullable;

/** The final result of a payment: completed or failed. */
public sealed interface Result {
    /** The money moved. */
    record Completed() implements Result {}

    /**
     * The money did not move and never will under this key: a client that saw the failure may have paid another way.
     *
     * @param reason the ledger's stable code
     * @param account the account that the reason is about, if it is about one
     */
    record Failed(String reason, @Nullable String account) implements Result {}
}
