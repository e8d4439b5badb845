package io.hapax.storm.check;

import io.hapax.storm.history.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A call of a client on one key, with what the answer says of the key. It took effect at one moment between its two
 * times, or never.
 *
 * @param op the operation that it belongs to
 * @param fromNs when it was asked
 * @param toNs when it was answered; {@link Operation#NEVER} where nobody knows
 * @param effect what it did or saw
 * @param payload that it is about; null where the answer does not tell
 * @param result what it saw of the payment
 */
record KeyCall(
        long op,
        long fromNs,
        long toNs,
        Effect effect,
        @Nullable Payload payload,
        @Nullable Result result) {
    /** A way in which a call bears on a key. */
    enum Effect {
        /** May have made the payment, at any time from when it was asked. Nobody waits for it. */
        MAY_PAY,
        /** Made the payment, as the first of all. */
        PAYS,
        /** Met the same payment, accepted and not settled. */
        MEETS_PENDING,
        /** Saw the payment, accepted and not settled. */
        SEES_PENDING,
        /** Was given the answer of the payment. */
        MEETS_SETTLED,
        /** Saw the end of the payment. */
        SEES_SETTLED,
        /** Met another payment under its key. */
        MEETS_ANOTHER,
        /** Saw that nothing is known. */
        SEES_NOTHING,
        /** Was refused, since the key is old and nothing is known. */
        IS_TOO_LATE
    }

    boolean isRequired() {
        return effect != Effect.MAY_PAY;
    }
}
