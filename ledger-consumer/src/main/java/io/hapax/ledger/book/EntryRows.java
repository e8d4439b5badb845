package io.hapax.ledger.book;

import io.hapax.ledger.posting.Entry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** The statements on the table {@code entries}. */
final class EntryRows {

    // Ids are given in the order of the entries, so that they tell the order within an account: whoever adds to an
    // account
    // holds its lock.
    private static final String INSERT = """
            INSERT INTO entries (payment_id, account_id, amount_minor, balance_after_minor)
            SELECT payment_id, account_id, amount_minor, balance_after_minor
            FROM unnest(?::uuid[], ?::text[], ?::bigint[], ?::bigint[]) WITH ORDINALITY
                 AS u (payment_id, account_id, amount_minor, balance_after_minor, n)
            ORDER BY n
            """;

    private EntryRows() {}

    static void insert(Connection connection, List<Entry> entries) throws SQLException {
        if (entries.isEmpty()) return;
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setArray(1, SqlArrays.uuids(connection, entries, Entry::paymentId));
            statement.setArray(2, SqlArrays.texts(connection, entries, Entry::accountId));
            statement.setObject(3, SqlArrays.longs(entries, Entry::amountMinor));
            statement.setObject(4, SqlArrays.longs(entries, Entry::balanceAfterMinor));
            statement.executeUpdate();
        }
    }
}
