package io.hapax.ledger.book;

import io.hapax.ledger.posting.ReservationEnd;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The statements on the table {@code reservation_ends}. */
final class EndRows {
    private static final String ENDED =
            "SELECT reservation_id, how FROM reservation_ends WHERE reservation_id = ANY (?)";

    private static final String COPY_ENDS = """
            COPY reservation_ends (reservation_id, how, by_payment, released_minor, clock_ms) FROM STDIN (FORMAT binary)
            """;

    private static final int COLUMNS = 5;

    private EndRows() {}

    /** How those of these reservations ended that have ended. */
    static Map<UUID, ReservationEnd.How> ended(Connection connection, Collection<UUID> reservations)
            throws SQLException {
        Map<UUID, ReservationEnd.How> ended = new HashMap<>();
        if (reservations.isEmpty()) return ended;
        try (PreparedStatement statement = connection.prepareStatement(ENDED)) {
            statement.setArray(1, SqlArrays.uuids(connection, reservations));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ended.put(rows.getObject(1, UUID.class), ReservationEnd.How.valueOf(rows.getString(2)));
                }
            }
        }
        return ended;
    }

    static void insert(Connection connection, List<ReservationEnd> ends) throws SQLException {
        if (ends.isEmpty()) return;
        CopiedRows rows = new CopiedRows(COLUMNS, ends.size());
        for (ReservationEnd end : ends) {
            rows.row().uuid(end.reservationId()).text(end.how().name());
            UUID by = end.by();
            if (by == null) {
                rows.nothing();
            } else {
                rows.uuid(by);
            }
            rows.bigint(end.releasedMinor()).bigint(end.clock().toEpochMilli());
        }
        rows.send(connection, COPY_ENDS);
    }
}
