package io.hapax.ledger.posting;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * The reservations that the inputs of a batch can touch, as they stand before it.
 *
 * @param clocks the greatest time read from each partition of the log so far, by partition
 * @param open those that hold money: all that inputs name, and all of their debtors that may be over by the end of the
 *     batch; by payment id
 * @param ended how those ended that inputs name, by payment id
 */
public record Holds(Map<Integer, Instant> clocks, Map<UUID, Reservation> open, Map<UUID, ReservationEnd.How> ended) {
    /** Of a ledger without reservations. */
    public static final Holds NONE = new Holds(Map.of(), Map.of(), Map.of());
}
