package io.hapax.stream.decision;

import org.jspecify.annotations.Nullable;

/**
 * The thing that a command asks for: a payment, one of the steps of a payment in two steps, or a cancel.
 *
 * @param reservationKey idempotency key of the reservation that a capture or a voiding names; null with the others, and
 *     where it is not known
 */
public record Asked(Kind kind, @Nullable String reservationKey) {
    /** A payment in one step. */
    public static final Asked PAYMENT = new Asked(Kind.PAYMENT, null);

    /** A reservation. */
    public static final Asked RESERVATION = new Asked(Kind.RESERVE, null);

    /** A cancel. */
    public static final Asked CANCELLATION = new Asked(Kind.CANCEL, null);

    public boolean isCancel() {
        return kind == Kind.CANCEL;
    }

    /** The kind of what is asked for. */
    public enum Kind {
        /** Move money at once. */
        PAYMENT,
        /** Hold money. */
        RESERVE,
        /** Move held money. */
        CAPTURE,
        /** Free held money. */
        VOID,
        /** Do nothing under the key, ever. */
        CANCEL
    }
}
