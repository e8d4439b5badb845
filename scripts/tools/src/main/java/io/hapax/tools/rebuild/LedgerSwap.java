package io.hapax.tools.rebuild;

import io.hapax.tools.cli.PlainFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The exchange of the live ledger's rows for others, in one database transaction. Only rows move: tables, triggers,
 * rights and the sequence stay. The rows from before go into a schema of their own, and can be put back from there.
 *
 * <p>At the end the ledger's own check runs. If it finds a fault, the transaction is rolled back.
 */
final class LedgerSwap {
    /** Tables whose rows a trigger protects. */
    private static final List<String> FOR_EVER = List.of("payments", "entries", "reservation_ends");

    private static final List<String> TABLES =
            List.of("accounts", "payments", "entries", "reservation_ends", "open_reservations", "ledger_clocks");

    /** The schema that keeps the rows from before the swap. */
    static final String KEPT = "hapax_before";

    private final Connection connection;
    private final String live;

    /**
     * @param connection of the owner of the tables
     * @param live schema of the live tables, quoted
     */
    LedgerSwap(Connection connection, String live) {
        this.connection = connection;
        this.live = live;
    }

    /**
     * Takes the rows of a rebuilt ledger.
     *
     * @param rebuilt its schema, quoted
     * @param payments how many payments the live ledger had when the two were compared
     */
    void take(String rebuilt, long payments) throws SQLException {
        try (Statement statement = begin()) {
            if (exists(KEPT)) {
                throw new PlainFailure("schema " + KEPT
                        + " holds the rows from before an earlier swap: drop it when nobody" + " needs them any more");
            }
            if (number(statement, "SELECT count(*) FROM payments") != payments) {
                throw new PlainFailure("payments were posted since the comparison: stop the ledger, and start again");
            }
            statement.execute("CREATE SCHEMA " + KEPT);
            statement.execute("CREATE TABLE " + KEPT + ".swap AS SELECT clock_timestamp() AS at");
            for (String table : TABLES) {
                statement.execute("CREATE TABLE " + KEPT + "." + table + " AS TABLE " + table);
            }
            replace(statement, rebuilt);
            connection.commit();
        }
    }

    /** Puts the rows from before the swap back. */
    void putBack() throws SQLException {
        if (!exists(KEPT)) {
            throw new PlainFailure("there is no schema " + KEPT + ": nothing was swapped");
        }
        try (Statement statement = begin()) {
            String recorded = " WHERE recorded_at > (SELECT at FROM " + KEPT + ".swap)";
            long since = number(statement, "SELECT count(*) FROM payments" + recorded);
            long ended = number(statement, "SELECT count(*) FROM reservation_ends" + recorded);
            if (since + ended > 0) {
                throw new PlainFailure(since + " payments and " + ended
                        + " ends of reservations were recorded since the swap, and would be lost: rebuild the ledger"
                        + " again instead");
            }
            replace(statement, KEPT);
            statement.execute("DROP SCHEMA " + KEPT + " CASCADE");
            connection.commit();
        }
    }

    private Statement begin() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        Statement statement = connection.createStatement();
        statement.execute("SET LOCAL search_path TO " + live);
        statement.execute("SET LOCAL lock_timeout = '10s'");
        // The owners of today need not be those who asked for a payment then.
        statement.execute("SET LOCAL hapax.rebuilt = 'yes'");
        statement.execute("LOCK TABLE " + String.join(", ", TABLES) + " IN ACCESS EXCLUSIVE MODE");
        return statement;
    }

    private void replace(Statement statement, String source) throws SQLException {
        boolean isProved = !source.equals(KEPT);
        for (String table : FOR_EVER) {
            // What was wrong before is put back as it was.
            statement.execute(
                    "ALTER TABLE " + table + " DISABLE TRIGGER " + (isProved ? table + "_are_for_ever" : "USER"));
        }
        statement.execute("TRUNCATE entries, payments, reservation_ends, open_reservations, ledger_clocks");
        copy(statement, "payments", "payment_id", source, "");
        // In one statement: the limit of an account looks at both.
        statement.execute("UPDATE accounts a SET balance_minor = r.balance_minor, held_minor = r.held_minor FROM "
                + source + ".accounts r WHERE r.id = a.id"
                + " AND (r.balance_minor, r.held_minor) <> (a.balance_minor, a.held_minor)");
        statement.execute("INSERT INTO entries SELECT * FROM " + source + ".entries");
        // The trigger that proves payments has written the ends by a step.
        copy(statement, "reservation_ends", "reservation_id", source, isProved ? " WHERE r.by_payment IS NULL" : "");
        statement.execute("INSERT INTO open_reservations SELECT * FROM " + source + ".open_reservations");
        statement.execute("INSERT INTO ledger_clocks SELECT * FROM " + source + ".ledger_clocks");
        for (String table : FOR_EVER) {
            statement.execute("ALTER TABLE " + table + " ENABLE TRIGGER USER");
        }
        statement.execute("SELECT setval('entry_ids', greatest((SELECT last_value FROM entry_ids),"
                + " (SELECT coalesce(max(entry_id), 1) FROM entries)))");
        try (ResultSet row = statement.executeQuery("SELECT violated, subject FROM ledger_check() LIMIT 1")) {
            if (row.next() && isProved) {
                throw new PlainFailure("nothing was swapped: of the rebuilt ledger it is not true that "
                        + row.getString(1) + " (" + row.getString(2) + ")");
            }
        }
    }

    private static void copy(Statement statement, String table, String key, String source, String rows)
            throws SQLException {
        statement.execute("INSERT INTO " + table + " SELECT " + columns(statement, table) + " FROM " + source + "."
                + table + " r LEFT JOIN " + KEPT + "." + table + " k ON k." + key + " = r." + key + rows);
    }

    /**
     * The columns of a table for the copy. {@code recorded_at} comes from the rows from before, if they
     * have it, since the log does not hold it.
     */
    private static String columns(Statement statement, String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (ResultSet row = statement.executeQuery("SELECT attname FROM pg_attribute WHERE attrelid = '" + table
                + "'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum")) {
            while (row.next()) {
                String name = row.getString(1);
                columns.add(name.equals("recorded_at") ? "coalesce(k.recorded_at, r.recorded_at)" : "r." + name);
            }
        }
        return String.join(", ", columns);
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private boolean exists(String schema) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT FROM pg_namespace WHERE nspname = ?")) {
            query.setString(1, schema);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }
}
