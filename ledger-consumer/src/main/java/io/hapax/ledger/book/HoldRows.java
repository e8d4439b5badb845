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

/** The statements on the table {@code open_reservations}, and the order in which what happened is written. */
public final class HoldRows {
    private static final String COLUMNS =
            "payment_id, client_id, event_partition, debtor_account, creditor_account, currency, remaining_minor,"
                    + " expires_at_ms, multiple";

    private static final String READ = "SELECT " + COLUMNS + ", ctid::text AS place FROM open_reservations WHERE ";

    private static final String OPEN = READ + "payment_id = ANY (?)";

    // Ordered, so that it goes by the index whatever the statistics say: as a rule there is none.
    private static final String FIRST_OVER = """
            SELECT FROM unnest(?::int[]) AS p, LATERAL (
                SELECT FROM open_reservations WHERE event_partition = p AND expires_at_ms <= ?
                ORDER BY expires_at_ms LIMIT 1) AS o
            """;

    private static final String OVER_OF = READ + "debtor_account = ANY (?) AND expires_at_ms <= ?";

    private static final String OVER = """
            SELECT debtor_account FROM open_reservations WHERE event_partition = ? AND expires_at_ms <= ?
            """;

    /** Some rows of an index for each partition, however many are open. */
    private static final String TIMES = """
            SELECT p.id, first.expires_at_ms, over.last_ms
            FROM unnest(?) AS p (id)
            CROSS JOIN LATERAL (SELECT expires_at_ms FROM open_reservations
                                WHERE event_partition = p.id ORDER BY expires_at_ms LIMIT 1) first
            CROSS JOIN LATERAL (SELECT max(expires_at_ms) AS last_ms
                                FROM (SELECT expires_at_ms FROM open_reservations
                                      WHERE event_partition = p.id AND expires_at_ms <= ?
                                      ORDER BY expires_at_ms LIMIT ?) portion) over
            """;

    private static final String SUMS = """
            SELECT currency, count(*), sum(remaining_minor)
            FROM open_reservations WHERE event_partition = ANY (?) GROUP BY currency
            """;

    private static final String COPY_OPEN = "COPY open_reservations (" + COLUMNS + ") FROM STDIN (FORMAT binary)";

    private static final String REDUCE = """
            UPDATE open_reservations o SET remaining_minor = u.remaining
            FROM unnest(?::uuid[], ?::bigint[]) AS u (id, remaining) WHERE o.payment_id = u.id
            """;

    // By the place of the row, which saves the look-up.
    private static final String DELETE_AT = """
            DELETE FROM open_reservations o USING unnest(?::tid[], ?::uuid[]) AS u (place, id)
            WHERE o.ctid = u.place AND o.payment_id = u.id
            """;

    private static final String DELETE_OPEN = "DELETE FROM open_reservations WHERE payment_id = ANY (?)";

    private static final int OPEN_COLUMNS = 9;

    private HoldRows() {}

    /** Those of these reservations that hold money, by payment id. */
    static OpenRows open(Connection connection, Collection<UUID> ids) throws SQLException {
        if (ids.isEmpty()) return new OpenRows(new HashMap<>(), new HashMap<>());
        try (PreparedStatement statement = connection.prepareStatement(OPEN)) {
            statement.setArray(1, SqlArrays.uuids(connection, ids));
            return read(statement);
        }
    }

    /** True if a reservation of one of the partitions is over by then. */
    static boolean isOneOver(Connection connection, Collection<Integer> partitions, Instant until) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIRST_OVER)) {
            statement.setArray(1, SqlArrays.integers(connection, partitions));
            statement.setLong(2, until.toEpochMilli());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Those of the debtors that may be over by then. */
    static OpenRows over(Connection connection, Collection<String> debtors, Instant until) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OVER_OF)) {
            statement.setArray(1, SqlArrays.texts(connection, debtors));
            statement.setLong(2, until.toEpochMilli());
            return read(statement);
        }
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
                    long lastMs = rows.getLong(3);
                    Instant lastOver = rows.wasNull() ? null : Instant.ofEpochMilli(lastMs);
                    times.put(rows.getInt(1), new HoldTimes(first, lastOver));
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

    /**
     * Writes what happened, behind the payments by which it happened. The database has written the ends by a step
     * with the payment.
     *
     * @param places of all rows that there were before the batch
     */
    static void write(Connection connection, HoldChanges changes, Map<UUID, String> places) throws SQLException {
        EndRows.insert(
                connection,
                changes.ends().stream().filter(end -> end.by() == null).toList());
        deleteAt(connection, changes.ends(), places);
        change(connection, changes);
    }

    /** The same for tables on which no trigger writes ends. */
    public static void writeWithAllEnds(Connection connection, HoldChanges changes) throws SQLException {
        EndRows.insert(connection, changes.ends());
        if (!changes.ends().isEmpty()) {
            delete(connection, changes.ends());
        }
        change(connection, changes);
    }

    private static void change(Connection connection, HoldChanges changes) throws SQLException {
        if (!changes.opened().isEmpty()) {
            open(connection, changes.opened());
        }
        if (!changes.reduced().isEmpty()) {
            reduce(connection, changes.reduced());
        }
    }

    /** A reservation that began in the same batch has no row. */
    private static void deleteAt(Connection connection, List<ReservationEnd> ends, Map<UUID, String> places)
            throws SQLException {
        List<UUID> rows = ends.stream()
                .map(ReservationEnd::reservationId)
                .filter(places::containsKey)
                .toList();
        if (rows.isEmpty()) return;
        try (PreparedStatement delete = connection.prepareStatement(DELETE_AT)) {
            delete.setArray(1, SqlArrays.texts(connection, rows, places::get));
            delete.setArray(2, SqlArrays.uuids(connection, rows));
            int deleted = delete.executeUpdate();
            if (deleted != rows.size()) {
                throw new IllegalStateException("Of " + rows.size() + " open reservations that ended, only " + deleted
                        + " were where they were read");
            }
        }
    }

    private static void delete(Connection connection, List<ReservationEnd> ends) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(DELETE_OPEN)) {
            delete.setArray(1, SqlArrays.uuids(connection, ends, ReservationEnd::reservationId));
            delete.executeUpdate();
        }
    }

    private static void open(Connection connection, List<Reservation> opened) throws SQLException {
        CopiedRows rows = new CopiedRows(OPEN_COLUMNS, opened.size());
        for (Reservation each : opened) {
            rows.row()
                    .uuid(each.id())
                    .text(each.client())
                    .integer(each.partition())
                    .text(each.debtor())
                    .text(each.creditor())
                    .text(each.currency())
                    .bigint(each.remainingMinor())
                    .bigint(each.expiresAt().toEpochMilli())
                    .bool(each.multiple());
        }
        rows.send(connection, COPY_OPEN);
    }

    private static void reduce(Connection connection, List<Reservation> reduced) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(REDUCE)) {
            statement.setArray(1, SqlArrays.uuids(connection, reduced, Reservation::id));
            statement.setObject(2, SqlArrays.longs(reduced, Reservation::remainingMinor));
            int changed = statement.executeUpdate();
            if (changed != reduced.size()) {
                throw new IllegalStateException(
                        "Of " + reduced.size() + " open reservations, only " + changed + " are on record");
            }
        }
    }

    private static Set<String> texts(PreparedStatement statement) throws SQLException {
        Set<String> found = new HashSet<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) found.add(StoredText.read(rows.getString(1)));
        }
        return found;
    }

    private static OpenRows read(PreparedStatement statement) throws SQLException {
        OpenRows open = new OpenRows(new HashMap<>(), new HashMap<>());
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                Reservation reservation = read(rows);
                open.byId().put(reservation.id(), reservation);
                open.places().put(reservation.id(), rows.getString("place"));
            }
        }
        return open;
    }

    private static Reservation read(ResultSet row) throws SQLException {
        return new Reservation(
                row.getObject("payment_id", UUID.class),
                StoredText.read(row.getString("client_id")),
                row.getInt("event_partition"),
                StoredText.read(row.getString("debtor_account")),
                StoredText.read(row.getString("creditor_account")),
                StoredText.read(row.getString("currency")),
                row.getLong("remaining_minor"),
                Instant.ofEpochMilli(row.getLong("expires_at_ms")),
                row.getBoolean("multiple"));
    }
}
