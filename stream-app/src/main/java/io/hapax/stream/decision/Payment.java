package io.hapax.stream.decision;

import org.jspecify.annotations.Nullable;

/**
 * The payload of a payment, which every retry must repeat.
 *
 * @param amountMinor greater than zero, in minor units of the currency
 * @param currency ISO 4217 alphabetic code
 * @param encoded the same with its key, as the client encoded it
 */
public record Payment(
        String debtorAccount,
        String creditorAccount,
        long amountMinor,
        String currency,
        @Nullable String reference,
        EncodedPayment encoded)
        implements Payload.OfDebtor {

    public Payment {
        if (amountMinor <= 0) {
            throw new IllegalArgumentException("amount is " + amountMinor + ", must be greater than zero");
        }
        if (debtorAccount.equals(creditorAccount)) {
            throw new IllegalArgumentException("debtor and creditor are the same account");
        }
    }

    /** A payment of which nobody knows how it was encoded. */
    public Payment(
            String debtorAccount,
            String creditorAccount,
            long amountMinor,
            String currency,
            @Nullable String reference) {
        this(debtorAccount, creditorAccount, amountMinor, currency, reference, EncodedPayment.NONE);
    }

    @Override
    public Asked asked() {
        return Asked.PAYMENT;
    }
}
