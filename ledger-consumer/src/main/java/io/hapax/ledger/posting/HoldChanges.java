package io.hapax.ledger.posting;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The effect of a batch on reservations.
 *
 * @param clocks of the partitions that the batch is from, by partition
 * @param opened reservations that are new, and hold money after the batch
 * @param reduced reservations from before the batch that hold less money after it
 * @param ends of reservations, in order
 */
public record HoldChanges(
        Map<Integer, Instant> clocks, List<Reservation> opened, List<Reservation> reduced, List<ReservationEnd> ends) {

    /** The times at which payments ended a reservation, by payment id. */
    public Map<UUID, Instant> endedAt() {
        Map<UUID, Instant> times = new HashMap<>();
        for (ReservationEnd end : ends) {
            UUID by = end.by();
            if (by != null) times.put(by, end.clock());
        }
        return times;
    }

    /** Those of the changed reservations that hold money after the batch. */
    public List<Reservation> open() {
        return Stream.concat(opened.stream(), reduced.stream()).toList();
    }
}
