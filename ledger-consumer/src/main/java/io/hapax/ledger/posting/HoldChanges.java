package io.hapax.ledger.posting;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The effect of a batch on reservations.
 *
 * @param clocks of the partitions that the batch is from, by partition
 * @param open reservations that are new or hold less than before, and hold money after the batch
 * @param ends of reservations, in order
 */
public record HoldChanges(Map<Integer, Instant> clocks, List<Reservation> open, List<ReservationEnd> ends) {}
