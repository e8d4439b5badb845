package io.hapax.stream.decision;

import org.jspecify.annotations.Nullable;

/**
 * The payload of a capture: held money to be moved to the reservation's creditor.
 *
 * @param reservationKey idempotency key of the reservation, which is the same client's
 * @param debtorAccount on which the money is held
 * @param amountMinor to move, greater than zero, in minor units of the currency
 * @param currency ISO 4217 alphabetic code
 * @param moreWillFollow whether what is left stays held
 */
public record Capture(
        String reservationKey,
        String debtorAccount,
        long amountMinor,
        String currency,
        boolean moreWillFollow,
        @Nullable String reference)
        implements Payload.OfDebtor {

    public Capture {
        if (amountMinor <= 0) {
            throw new IllegalArgumentException("amount is " + amountMinor + ", must be greater than zero");
        }
    }

    @Override
    public Asked asked() {
        return new Asked(Asked.Kind.CAPTURE, reservationKey);
    }
}
