package io.hapax.ledger.posting;

import java.time.Duration;
import java.util.UUID;

/** The step that a request asks for: one of a reservation, or a cancel. A payment at once has none. */
public sealed interface Step {

    /**
     * Hold the amount on the debtor.
     *
     * @param hold how long at most, from the acceptance of the command on
     * @param multiple whether more than one capture may follow
     */
    record Reserve(Duration hold, boolean multiple) implements Step {}

    /**
     * Move held money to the creditor of the reservation.
     *
     * @param reservationId payment id of the reservation; it derives from the same client
     * @param moreWillFollow whether what is left stays held
     */
    record Capture(UUID reservationId, boolean moreWillFollow) implements Step {}

    /**
     * Free what is held.
     *
     * @param reservationId payment id of the reservation; it derives from the same client
     */
    record Release(UUID reservationId) implements Step {}

    /** Never do anything under the payment id, unless it was done before. */
    record Cancel() implements Step {}
}
