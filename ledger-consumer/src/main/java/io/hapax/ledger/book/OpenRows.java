package io.hapax.ledger.book;

import io.hapax.ledger.posting.Reservation;
import java.util.Map;
import java.util.UUID;

/**
 * Open reservations as a database transaction has read them. The clocks of their partitions are locked, so their rows
 * stay where they are.
 *
 * @param byId by payment id
 * @param places where their rows are in the table (PostgreSQL's {@code ctid}), by payment id
 */
record OpenRows(Map<UUID, Reservation> byId, Map<UUID, String> places) {

    void add(OpenRows others) {
        byId.putAll(others.byId);
        places.putAll(others.places);
    }
}
