package io.hapax.ledger.posting;

import org.jspecify.annotations.Nullable;

/** The final result of a payment: completed or failed. It is kept for ever, so a failed payment stays failed. */
public sealed interface PaymentResult {

    /** The money moved. */
    record Completed() implements PaymentResult {}

    /**
     * The money did not move and never will under this payment id.
     *
     * @param account id of the account that the reason is about
     * @param duplicateOf with a suspected duplicate: key of the equal payment, if the same client made it
     */
    record Failed(
            FailureReason reason,
            @Nullable String account,
            @Nullable String duplicateOf) implements PaymentResult {

        public Failed(FailureReason reason, @Nullable String account) {
            this(reason, account, null);
        }
    }
}
