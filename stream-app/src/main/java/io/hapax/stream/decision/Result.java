package io.hapax.stream.decision;

import org.jspecify.annotations.Nullable;

/** The final result of a payment or cancel. */
public sealed interface Result {
    /** The ledger's reason where a cancel came first. */
    String CANCELLED = "CANCELLED";

    /** True where a cancel came first: nothing was done under the key, and nothing ever will be. */
    default boolean isCancelled() {
        return this instanceof Failed failed && failed.reason().equals(CANCELLED);
    }

    /** The money moved. */
    record Completed() implements Result {}

    /**
     * The money did not move and never will under this key: a client that saw the failure may have paid another way.
     *
     * @param reason the ledger's stable code
     * @param account the account that the reason is about, if it is about one
     * @param duplicateOf with a suspected duplicate: key of the client's payment that it may be again
     */
    record Failed(
            String reason,
            @Nullable String account,
            @Nullable String duplicateOf) implements Result {

        public Failed(String reason, @Nullable String account) {
            this(reason, account, null);
        }
    }

    /**
     * The cancel changed nothing: what it was to prevent was done before. Only a cancel gets this result.
     *
     * @param kind what was done
     */
    record DoneBefore(Asked.Kind kind) implements Result {}
}
