package io.hapax.ledger.book;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** The statements on the table {@code ledger_clocks}. */
final class ClockRows {
    /** In the order of the partitions, so that two batches can't wait for each other. */
    private static final String LOCK = """
            SELECT event_partition, at_ms FROM ledger_clocks WHERE event_partition = ANY (?)
            ORDER BY event_partition FOR NO KEY UPDATE
            """;

    private static final String BEGIN = """
            INSERT INTO ledger_clocks SELECT p, ? FROM unnest(?::int[]) AS p ORDER BY p ON CONFLICT DO NOTHING
            """;

    private static final String SET = """
            UPDATE ledger_clocks c SET at_ms = u.at_ms FROM unnest(?::int[], ?::bigint[]) AS u (event_partition, at_ms)
            WHERE c.event_partition = u.event_partition AND c.at_ms <> u.at_ms
            """;

    /** Before all times: what a partition has of which nothing was read. */
    private static final long NEVER_MS = Long.MIN_VALUE;

    private ClockRows() {}

    /** The clocks of those partitions that have one, locked until the database transaction ends. */
    static Map<Integer, Instant> lock(Connection connection, Collection<Integer> partitions) throws SQLException {
        Map<Integer, Instant> clocks = new HashMap<>();
        if (partitions.isEmpty()) return clocks;
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            statement.setArray(1, SqlArrays.integers(connection, partitions));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) clocks.put(rows.getInt(1), Instant.ofEpochMilli(rows.getLong(2)));
            }
        }
        return clocks;
    }

    /**
     * Gives a clock to those partitions that have none. In a database transaction of its own: whoever waits here for
     * another writer's row must hold no clock.
     */
    static void begin(DataSource dataSource, Collection<Integer> partitions) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(BEGIN)) {
            connection.setAutoCommit(true);
            statement.setLong(1, NEVER_MS);
            statement.setArray(2, SqlArrays.integers(connection, partitions));
            statement.executeUpdate();
        }
    }

    /** Sets clocks that this database transaction has locked. */
    static void set(Connection connection, Map<Integer, Instant> clocks) throws SQLException {
        if (clocks.isEmpty()) return;
        List<Map.Entry<Integer, Instant>> rows = List.copyOf(clocks.entrySet());
        try (PreparedStatement statement = connection.prepareStatement(SET)) {
            statement.setArray(
                    1,
                    SqlArrays.integers(
                            connection, rows.stream().map(Map.Entry::getKey).toList()));
            statement.setObject(2, SqlArrays.longs(rows, row -> row.getValue().toEpochMilli()));
            statement.executeUpdate();
        }
    }
}
