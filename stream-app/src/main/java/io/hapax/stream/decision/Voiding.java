package io.hapax.stream.decision;

/**
 * The payload of a voiding: held money to be freed.
 *
 * @param reservationKey idempotency key of the reservation, which is the same client's
 * @param debtorAccount on which the money is held
 */
public record Voiding(String reservationKey, String debtorAccount) implements Payload.OfDebtor {
    @Override
    public Asked asked() {
        return new Asked(Asked.Kind.VOID, reservationKey);
    }
}
