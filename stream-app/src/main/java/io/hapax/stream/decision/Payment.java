package io.hapax.stream.decision;

import org.jspecify.annotations.Nullable;

/**
 * The payload of a payment, which every retry must repeat.
 *
 * @param amountMinor greater than zero, in minor units of the currency
 * @param currency ISO 4217 alphabetic code
 */
public record Payment(
        String debtorAccount,
        String creditorAccount,
        long amountMinor,
        String currency,
        @Nullable String reference) {

    public Payment {
        if (amountMinor <= 0) {
            throw new IllegalArgumentException("amount is " + amountMinor + ", must be greater than zero");
        }
        if (debtorAccount.equals(creditorAccount)) {
            throw new IllegalArgumentException("debtor and creditor are the same account");
        }
    }
}
