package io.hapax.tools.explain;

import io.hapax.ledger.book.StoredText;
import io.hapax.tools.cli.Money;
import io.hapax.tools.cli.Times;
import io.hapax.tools.explain.TimelineEntry.Stage;
import io.hapax.topics.PaymentKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The ledger's rows for one key: its payment and the entries of the payment. */
record PostedPayments(Connection connection) {
    private static final String PAYMENT = """
            SELECT status, failure_reason, failed_account, attempt, accepted_at_ms, recorded_at, currency,
                   event_partition || '@' || event_offset AS event
            FROM payments WHERE payment_id = ?
            """;

    private static final String ENTRIES = """
            SELECT e.entry_id, e.account_id, e.amount_minor, e.balance_after_minor
            FROM payments p
            JOIN entries e ON e.entry_id = p.entry_id AND e.account_id IN (p.debtor_account, p.creditor_account)
            WHERE p.payment_id = ? ORDER BY e.amount_minor
            """;

    /** Clients whose payments were posted under the idempotency key. */
    Set<String> clients(String idempotencyKey) throws SQLException {
        Set<String> clients = new TreeSet<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT DISTINCT client_id FROM payments WHERE idempotency_key = ?")) {
            query.setString(1, StoredText.of(idempotencyKey));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    clients.add(row.getString(1));
                }
            }
        }
        return clients;
    }

    /** The posting of the key's payment; empty if the ledger has none. */
    Optional<TimelineEntry> posting(PaymentKey key) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(PAYMENT)) {
            query.setObject(1, key.paymentId());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String what = TimelineEntry.words(
                                row.getString("status"),
                                row.getString("failure_reason"),
                                row.getString("failed_account"))
                        + ", from event " + row.getString("event") + ", recorded "
                        + Times.text(row.getTimestamp("recorded_at").toInstant()) + " by the database's clock"
                        + entries(key, row.getString("currency"));
                return Optional.of(new TimelineEntry(
                        Instant.ofEpochMilli(row.getLong("accepted_at_ms")),
                        Stage.POSTING,
                        "payment " + key.paymentId(),
                        what));
            }
        }
    }

    private String entries(PaymentKey key, String currency) throws SQLException {
        StringBuilder entries = new StringBuilder();
        try (PreparedStatement query = connection.prepareStatement(ENTRIES)) {
            query.setObject(1, key.paymentId());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    entries.append("; entry ")
                            .append(row.getLong("entry_id"))
                            .append(": ")
                            .append(row.getString("account_id"))
                            .append(' ')
                            .append(Money.format(row.getLong("amount_minor"), currency))
                            .append(", balance ")
                            .append(Money.format(row.getLong("balance_after_minor"), currency));
                }
            }
        }
        return entries.toString();
    }
}
