package io.hapax.ledger.book;

import io.hapax.ledger.posting.HoldChanges;
import io.hapax.ledger.posting.Reservation;
import io.hapax.ledger.posting.ReservationEnd;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The statements on the tables {@code open_reservations} and {@code reservation_ends}. */
public final class HoldRows {
    private static final String OPEN = """
            SELECT o.payment_id, o.event_partition, o.debtor_account, p.creditor_account, p.currency, o.remaining_minor,
                   o.expires_at_ms, p.multiple
            FROM open_reservations o JOIN payments p ON p.payment_id = o.payment_id
            WHERE (o.debtor_account = ANY (?) AND o.expires_at_ms <= ?) OR o.payment_id = ANY (?)
            """;

    private static final String OVER = """
            SELECT debtor_account FROM open_reservations WHERE event_partition = ? AND expires_at_ms <= ?
            """;

    /** Some rows of an index for each partition, however many are open. */
    private static final String TIMES = """
            SELECT p.id, first.expires_at_ms, over.counted, over.last_ms
            FROM unnest(?) AS p (id)
            CROSS JOIN LATERAL (SELECT expires_at_ms FROM open_reservations
                                WHERE event_partition = p.id ORDER BY expires_at_ms LIMIT 1) first
            CROSS JOIN LATERAL (SELECT count(*) AS counted, max(expires_at_ms) AS last_ms
                                FROM (SELECT expires_at_ms FROM open_reservations
                                      WHERE event_partition = p.id AND expires_at_ms <= ?
                                      ORDER BY expires_at_ms LIMIT ?) portion) over
            """;

    private static final String SUMS = """
            SELECT a.currency, count(*), sum(o.remaining_minor)
            FROM open_reservations o JOIN accounts a ON a.id = o.debtor_account
            WHERE o.event_partition = ANY (?) GROUP BY a.currency
            """;

    private static final String CREDITORS = """
            SELECT creditor_account FROM payments WHERE payment_id = ANY (?) AND step = 'RESERVE'
            """;

    private static final String ENDED =
            "SELECT reservation_id, how FROM reservation_ends WHERE reservation_id = ANY (?)";

    private static final String COPY_ENDS = """
            COPY reservation_ends (reservation_id, how, by_payment, released_minor, clock_ms) FROM STDIN (FORMAT binary)
            """;

    private static final String PUT_OPEN = """
            INSERT INTO open_reservations (payment_id, debtor_account, event_partition, remaining_minor, expires_at_ms)
            SELECT * FROM unnest(?::uuid[], ?::text[], ?::int[], ?::bigint[], ?::bigint[])
            ON CONFLICT (payment_id) DO UPDATE SET remaining_minor = excluded.remaining_minor
            """;

    private static final String DELETE_OPEN = "DELETE FROM open_reservations WHERE payment_id = ANY (?)";

    private static final int END_COLUMNS = 5;

    private HoldRows() {}

    /** Those of the debtors that may be over by then, and those that are named; by payment id. */
    static Map<UUID, Reservation> open(
            Connection connection, Collection<String> debtors, Instant until, Collection<UUID> named)
            throws SQLException {
        Map<UUID, Reservation> open = new HashMap<>();
        if (debtors.isEmpty() && named.isEmpty()) return open;
        try (PreparedStatement statement = connection.prepareStatement(OPEN)) {
            statement.setArray(1, SqlArrays.texts(connection, debtors));
            statement.setLong(2, until.toEpochMilli());
            statement.setArray(3, SqlArrays.uuids(connection, named));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Reservation reservation = read(rows);
                    open.put(reservation.id(), reservation);
                }
            }
        }
        return open;
    }

    /** The accounts on which money is held of which the time is over. */
    static Set<String> debtorsOver(Connection connection, int partition, Instant until) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OVER)) {
            statement.setInt(1, partition);
            statement.setLong(2, until.toEpochMilli());
            return texts(statement);
        }
    }

    /** When the holds of those partitions end that have any. */
    static Map<Integer, HoldTimes> times(
            Connection connection, Collection<Integer> partitions, Instant over, int atMost) throws SQLException {
        Map<Integer, HoldTimes> times = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(TIMES)) {
            statement.setArray(1, SqlArrays.integers(connection, partitions));
            statement.setLong(2, over.toEpochMilli());
            statement.setInt(3, atMost);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    Instant first = Instant.ofEpochMilli(rows.getLong(2));
                    int counted = rows.getInt(3);
                    Instant lastOver = counted == 0 ? null : Instant.ofEpochMilli(rows.getLong(4));
                    times.put(rows.getInt(1), new HoldTimes(first, counted, lastOver));
                }
            }
        }
        return times;
    }

    /** What is held on these partitions. All that is open is read. */
    static OpenHolds sums(Connection connection, Collection<Integer> partitions) throws SQLException {
        Map<String, BigDecimal> held = new HashMap<>();
        long count = 0;
        try (PreparedStatement statement = connection.prepareStatement(SUMS)) {
            statement.setArray(1, SqlArrays.integers(connection, partitions));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    held.put(rows.getString(1), rows.getBigDecimal(3));
                    count += rows.getLong(2);
                }
            }
        }
        return new OpenHolds(count, Map.copyOf(held));
    }

    /** The accounts that captures of these reservations pay. What is on record never changes: no lock is needed. */
    static Set<String> creditors(Connection connection, Collection<UUID> reservations) throws SQLException {
        if (reservations.isEmpty()) return Set.of();
        try (PreparedStatement statement = connection.prepareStatement(CREDITORS)) {
            statement.setArray(1, SqlArrays.uuids(connection, reservations));
            return texts(statement);
        }
    }

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

    /** Writes what happened, behind the payments by which it happened. */
    public static void write(Connection connection, HoldChanges changes) throws SQLException {
        if (!changes.ends().isEmpty()) {
            end(connection, changes.ends());
        }
        if (!changes.open().isEmpty()) {
            put(connection, changes.open());
        }
    }

    private static void end(Connection connection, List<ReservationEnd> ends) throws SQLException {
        CopiedRows rows = new CopiedRows(END_COLUMNS, ends.size());
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
        try (PreparedStatement delete = connection.prepareStatement(DELETE_OPEN)) {
            delete.setArray(1, SqlArrays.uuids(connection, ends, ReservationEnd::reservationId));
            delete.executeUpdate();
        }
    }

    private static void put(Connection connection, List<Reservation> open) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PUT_OPEN)) {
            statement.setArray(1, SqlArrays.uuids(connection, open, Reservation::id));
            statement.setArray(2, SqlArrays.texts(connection, open, Reservation::debtor));
            statement.setArray(
                    3,
                    SqlArrays.integers(
                            connection,
                            open.stream().map(Reservation::partition).toList()));
            statement.setObject(4, SqlArrays.longs(open, Reservation::remainingMinor));
            statement.setObject(
                    5, SqlArrays.longs(open, each -> each.expiresAt().toEpochMilli()));
            statement.executeUpdate();
        }
    }

    private static Set<String> texts(PreparedStatement statement) throws SQLException {
        Set<String> found = new HashSet<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) found.add(StoredText.read(rows.getString(1)));
        }
        return found;
    }

    private static Reservation read(ResultSet row) throws SQLException {
        return new Reservation(
                row.getObject("payment_id", UUID.class),
                row.getInt("event_partition"),
                StoredText.read(row.getString("debtor_account")),
                StoredText.read(row.getString("creditor_account")),
                row.getString("currency"),
                row.getLong("remaining_minor"),
                Instant.ofEpochMilli(row.getLong("expires_at_ms")),
                row.getBoolean("multiple"));
    }
}
