package io.hapax.tools.history;

import io.hapax.ledger.book.StoredText;
import io.hapax.tools.cli.Money;
import io.hapax.tools.cli.Times;
import io.hapax.tools.history.TimelineEntry.Stage;
import io.hapax.topics.PaymentKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The ledger's rows for one key: its payment, the entries of the payment, and what belongs to its reservation. */
public record PostedPayments(Connection connection) {
    private static final String PAYMENT = """
            SELECT p.step, p.status, p.failure_reason, p.failed_account, p.attempt, p.accepted_at_ms, p.recorded_at, p.currency,
                   p.event_partition || '@' || p.event_offset AS event, a.id AS debtor, array_to_string(a.owners, ', ') AS owners,
                   (SELECT max(c.changed_at) FROM account_owner_changes c WHERE c.account_id = a.id) AS owned_since
            FROM payments p LEFT JOIN accounts a ON a.id = p.debtor_account COLLATE "C" WHERE p.payment_id = ?
            """;

    private static final String ENTRIES = """
            SELECT e.entry_id, e.account_id, e.amount_minor, e.balance_after_minor
            FROM payments p
            JOIN entries e ON e.entry_id = p.entry_id AND e.account_id IN (p.debtor_account, p.creditor_account)
            WHERE p.payment_id = ? ORDER BY e.amount_minor
            """;

    /** The key's reservation, and all steps that name it. The key itself is left out: its posting tells of it. */
    private static final String RELATED = """
            SELECT p.payment_id, p.idempotency_key, p.step, p.status, p.failure_reason, p.debtor_account, p.amount_minor,
                   p.currency, p.accepted_at_ms, p.accepted_at_ms + p.hold_ms AS expires_at_ms
            FROM payments k JOIN payments p ON p.payment_id = k.reservation_id AND p.step = 'RESERVE'
            WHERE k.payment_id = ? AND p.client_id = k.client_id
            UNION ALL
            SELECT p.payment_id, p.idempotency_key, p.step, p.status, p.failure_reason, p.debtor_account, p.amount_minor,
                   p.currency, p.accepted_at_ms, NULL
            FROM payments k CROSS JOIN LATERAL (
                SELECT * FROM payments WHERE reservation_id = k.payment_id AND (status = 'FAILED' OR more_will_follow)
                UNION
                SELECT l.* FROM reservation_ends e JOIN payments l ON l.payment_id = e.by_payment
                WHERE e.reservation_id = k.payment_id) p
            WHERE k.payment_id = ? AND p.client_id = k.client_id AND k.step = 'RESERVE'
            """;

    private static final String END = """
            SELECT e.how, e.released_minor, e.clock_ms, r.currency, b.idempotency_key
            FROM payments k
            JOIN payments r ON r.step = 'RESERVE' AND r.client_id = k.client_id
                           AND r.payment_id = CASE WHEN k.step = 'RESERVE' THEN k.payment_id ELSE k.reservation_id END
            JOIN reservation_ends e ON e.reservation_id = r.payment_id
            LEFT JOIN payments b ON b.payment_id = e.by_payment
            WHERE k.payment_id = ?
            """;

    private static final String STILL_HELD = """
            SELECT o.remaining_minor, o.expires_at_ms, r.currency
            FROM open_reservations o JOIN payments r ON r.payment_id = o.payment_id WHERE o.payment_id = ?
            """;

    /** Clients whose payments were posted under the idempotency key. */
    public Set<String> clients(String idempotencyKey) throws SQLException {
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
    public Optional<TimelineEntry> posting(PaymentKey key) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(PAYMENT)) {
            query.setObject(1, key.paymentId());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String what = TimelineEntry.words(
                                row.getString("step"),
                                row.getString("status"),
                                row.getString("failure_reason"),
                                row.getString("failed_account"))
                        + ", from event " + row.getString("event") + ", recorded "
                        + Times.text(row.getTimestamp("recorded_at").toInstant()) + " by the database's clock"
                        + entries(key, row.getString("currency"))
                        + owners(row)
                        + stillHeld(key);
                return Optional.of(new TimelineEntry(
                        Instant.ofEpochMilli(row.getLong("accepted_at_ms")),
                        Stage.POSTING,
                        "payment " + key.paymentId(),
                        what));
            }
        }
    }

    private static String owners(ResultSet row) throws SQLException {
        String owners = row.getString("owners");
        return owners == null
                ? ""
                : "; " + row.getString("debtor") + " is owned by " + owners + " since "
                        + Times.text(row.getTimestamp("owned_since").toInstant());
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

    private String stillHeld(PaymentKey key) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(STILL_HELD)) {
            query.setObject(1, key.paymentId());
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? "; " + Money.format(row.getLong("remaining_minor"), row.getString("currency"))
                                + " still held, until " + time(row.getLong("expires_at_ms"))
                        : "";
            }
        }
    }

    /** What belongs to the same reservation: of a step its reservation, of a reservation its steps, of both the end. */
    public List<TimelineEntry> reservation(PaymentKey key) throws SQLException {
        List<TimelineEntry> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(RELATED)) {
            query.setObject(1, key.paymentId());
            query.setObject(2, key.paymentId());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(related(row));
                }
            }
        }
        try (PreparedStatement query = connection.prepareStatement(END)) {
            query.setObject(1, key.paymentId());
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    found.add(end(row));
                }
            }
        }
        return found;
    }

    private static TimelineEntry related(ResultSet row) throws SQLException {
        boolean isReservation = row.getString("step").equals("RESERVE");
        boolean isVoid = row.getString("step").equals("VOID");
        String what = TimelineEntry.words(
                        row.getString("step"),
                        row.getString("status"),
                        row.getString("failure_reason"),
                        "under key",
                        row.getString("idempotency_key"))
                + (isVoid
                        ? ""
                        : ", " + Money.format(row.getLong("amount_minor"), row.getString("currency")) + " of "
                                + row.getString("debtor_account"))
                + (isReservation ? ", held until " + time(row.getLong("expires_at_ms")) + " at most" : "");
        return new TimelineEntry(
                Instant.ofEpochMilli(row.getLong("accepted_at_ms")),
                isReservation ? Stage.RESERVATION : Stage.STEP,
                "payment " + row.getString("payment_id"),
                what);
    }

    private static TimelineEntry end(ResultSet row) throws SQLException {
        String by = row.getString("idempotency_key");
        return new TimelineEntry(
                Instant.ofEpochMilli(row.getLong("clock_ms")),
                Stage.END,
                "reservation_ends",
                "the reservation is " + row.getString("how")
                        + (by == null ? "" : " by key " + by)
                        + ", " + Money.format(row.getLong("released_minor"), row.getString("currency"))
                        + " are free again, by the clock of its partition");
    }

    private static String time(long epochMs) {
        return Times.text(Instant.ofEpochMilli(epochMs));
    }
}
