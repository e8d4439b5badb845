package io.hapax.stream.decision;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a reservation: money to be held on the debtor, which captures pay to the creditor.
 *
 * @param amountMinor to hold, greater than zero, in minor units of the currency
 * @param currency ISO 4217 alphabetic code
 * @param hold how long the money is held at most, from the acceptance on
 * @param multiple whether more than one capture may follow
 */
public record Reservation(
        String debtorAccount,
        String creditorAccount,
        long amountMinor,
        String currency,
        @Nullable String reference,
        Duration hold,
        boolean multiple)
        implements Payload.OfDebtor {

    public Reservation {
        if (amountMinor <= 0) {
            throw new IllegalArgumentException("amount is " + amountMinor + ", must be greater than zero");
        }
        if (debtorAccount.equals(creditorAccount)) {
            throw new IllegalArgumentException("debtor and creditor are the same account");
        }
    }

    @Override
    public Asked asked() {
        return Asked.RESERVATION;
    }

    /** The first moment at which the money is held no longer. */
    public Instant heldUntil(Instant acceptedAt) {
        return acceptedAt.plus(hold);
    }
}
