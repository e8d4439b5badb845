package io.hapax.ledger.book;

import io.hapax.ledger.posting.Entry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The statements on the table {@code entries}. */
final class EntryRows {

    private static final String COPY = """
            COPY entries (payment_id, account_id, entry_id, amount_minor, balance_after_minor) FROM STDIN (FORMAT binary)
            """;

    private static final int COLUMNS = 5;

    private static final String STATEMENT = """
            SELECT e.entry_id, p.recorded_at, e.payment_id, e.amount_minor, e.balance_after_minor, p.reference,
                   CASE WHEN e.amount_minor < 0 THEN p.creditor_account ELSE p.debtor_account END AS counterparty
            FROM entries e JOIN payments p ON p.payment_id = e.payment_id
            WHERE e.account_id = ? AND e.entry_id > ?
            ORDER BY e.entry_id
            LIMIT ?
            """;

    private EntryRows() {}

    static void insert(Connection connection, List<Entry> entries, EntryIds ids) throws SQLException {
        if (entries.isEmpty()) return;
        CopiedRows rows = new CopiedRows(COLUMNS, entries.size());
        for (Entry entry : entries) {
            rows.row()
                    .uuid(entry.paymentId())
                    .text(entry.accountId())
                    .bigint(ids.of(entry.paymentId()))
                    .bigint(entry.amountMinor())
                    .bigint(entry.balanceAfterMinor());
        }
        rows.send(connection, COPY);
    }

    static List<StatementLine> statement(Connection connection, String accountId, long afterEntryId, int limit)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STATEMENT)) {
            statement.setString(1, StoredText.of(accountId));
            statement.setLong(2, afterEntryId);
            statement.setInt(3, limit);
            List<StatementLine> lines = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) lines.add(read(rows));
            }
            return List.copyOf(lines);
        }
    }

    private static StatementLine read(ResultSet row) throws SQLException {
        return new StatementLine(
                row.getLong("entry_id"),
                row.getObject("recorded_at", OffsetDateTime.class).toInstant(),
                row.getObject("payment_id", UUID.class),
                row.getString("counterparty"),
                row.getLong("amount_minor"),
                row.getLong("balance_after_minor"),
                StoredText.readNullable(row.getString("reference")));
    }
}
