package io.hapax.ledger.posting;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The end of a reservation, which it has once.
 *
 * @param by payment id of the capture or release that ended it; null if its time was over
 * @param releasedMinor minor units that were still held, and are free from now on
 * @param clock time of the reservation's partition at the end
 */
public record ReservationEnd(
        UUID reservationId, How how, @Nullable UUID by, long releasedMinor, Instant clock) {

    /** The way in which a reservation ended. The names are stored: a released name stays. */
    public enum How {
        /** The last capture was made. */
        CAPTURED,
        /** The client freed the money. */
        VOIDED,
        /** Its time was over. */
        EXPIRED
    }
}
