package io.hapax.lab.bench;

import io.hapax.ledger.book.Book;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import javax.sql.DataSource;

/** A way to write postings into the ledger's tables. */
interface LedgerVariant {
    void post(List<PostingRequest> events) throws SQLException;

    /** Ours, in batches of that size. */
    static LedgerVariant hapax(DataSource database, int batch) {
        Book book = new Book(database);
        return events -> {
            for (int from = 0; from < events.size(); from += batch) {
                book.post(events.subList(from, Math.min(events.size(), from + batch)));
            }
        };
    }

    /**
     * The loop that most services have: a database transaction per event, with five statements. The payment's primary
     * key makes it idempotent, the condition of the debit keeps the account above zero.
     */
    static LedgerVariant rowByRow(DataSource database) {
        return events -> {
            try (Connection connection = database.getConnection();
                    PreparedStatement payment = connection.prepareStatement(INSERT_PAYMENT_ONCE);
                    PreparedStatement debit = connection.prepareStatement("UPDATE accounts SET balance_minor ="
                            + " balance_minor - ? WHERE id = ? AND balance_minor >= ? RETURNING balance_minor");
                    PreparedStatement credit = connection.prepareStatement(
                            "UPDATE accounts SET balance_minor = balance_minor + ? WHERE id = ? RETURNING balance_minor");
                    PreparedStatement entry = connection.prepareStatement(INSERT_ENTRY)) {
                connection.setAutoCommit(false);
                for (PostingRequest event : events) {
                    PaymentContent content = event.content();
                    fill(payment, event);
                    OptionalLong entryId = entryId(payment);
                    if (entryId.isPresent()) {
                        debit.setLong(1, content.amountMinor());
                        debit.setString(2, content.debtorAccount());
                        debit.setLong(3, content.amountMinor());
                        long debtorBalance = balance(debit);
                        credit.setLong(1, content.amountMinor());
                        credit.setString(2, content.creditorAccount());
                        long creditorBalance = balance(credit);
                        fill(
                                entry,
                                entryId.getAsLong(),
                                event,
                                content.debtorAccount(),
                                -content.amountMinor(),
                                debtorBalance);
                        entry.executeUpdate();
                        fill(
                                entry,
                                entryId.getAsLong(),
                                event,
                                content.creditorAccount(),
                                content.amountMinor(),
                                creditorBalance);
                        entry.executeUpdate();
                    }
                    connection.commit();
                }
            }
        };
    }

    /**
     * The limit: the same rows in sets of that size, balances computed beforehand in memory, nothing looked up,
     * locked or decided.
     */
    static LedgerVariant sets(DataSource database, int batch, Map<String, Long> balances) {
        return events -> {
            try (Connection connection = database.getConnection()) {
                connection.setAutoCommit(false);
                for (int from = 0; from < events.size(); from += batch) {
                    insertSet(connection, events.subList(from, Math.min(events.size(), from + batch)), balances);
                    connection.commit();
                }
            }
        };
    }

    String PAYMENT_COLUMNS = "INSERT INTO payments (payment_id, client_id, idempotency_key, debtor_account,"
            + " creditor_account, amount_minor, currency, status, attempt, accepted_at_ms, command_partition,"
            + " command_offset, event_partition, event_offset, entry_id)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, 'COMPLETED', 1, ?, ?, ?, ?, ?, ";

    String INSERT_PAYMENT_ONCE = PAYMENT_COLUMNS + "nextval('entry_ids')) ON CONFLICT DO NOTHING RETURNING entry_id";

    String INSERT_PAYMENT = PAYMENT_COLUMNS + "?)";

    String INSERT_ENTRY = "INSERT INTO entries (entry_id, payment_id, account_id, amount_minor, balance_after_minor)"
            + " VALUES (?, ?, ?, ?, ?)";

    private static void insertSet(Connection connection, List<PostingRequest> events, Map<String, Long> balances)
            throws SQLException {
        Map<String, Long> changed = new TreeMap<>();
        Iterator<Long> ids = entryIds(connection, events.size()).iterator();
        // The driver turns these batches into inserts of many rows (reWriteBatchedInserts).
        try (PreparedStatement payment = connection.prepareStatement(INSERT_PAYMENT);
                PreparedStatement entry = connection.prepareStatement(INSERT_ENTRY)) {
            for (PostingRequest event : events) {
                PaymentContent content = event.content();
                long entryId = ids.next();
                fill(payment, event);
                payment.setLong(13, entryId);
                payment.addBatch();
                for (boolean debit : new boolean[] {true, false}) {
                    String account = debit ? content.debtorAccount() : content.creditorAccount();
                    long amount = debit ? -content.amountMinor() : content.amountMinor();
                    long balance = balances.merge(account, amount, Long::sum);
                    changed.put(account, balance);
                    fill(entry, entryId, event, account, amount, balance);
                    entry.addBatch();
                }
            }
            payment.executeBatch();
            entry.executeBatch();
        }
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE accounts a SET balance_minor = n.balance FROM"
                        + " unnest(?::text[], ?::bigint[]) AS n(id, balance) WHERE a.id = n.id")) {
            update.setArray(1, connection.createArrayOf("text", changed.keySet().toArray()));
            update.setArray(2, connection.createArrayOf("bigint", new ArrayList<>(changed.values()).toArray()));
            update.executeUpdate();
        }
    }

    private static void fill(PreparedStatement payment, PostingRequest event) throws SQLException {
        payment.setObject(1, event.paymentId());
        payment.setString(2, event.clientId());
        payment.setString(3, event.idempotencyKey());
        payment.setString(4, event.content().debtorAccount());
        payment.setString(5, event.content().creditorAccount());
        payment.setLong(6, event.content().amountMinor());
        payment.setString(7, event.content().currency());
        payment.setLong(8, event.acceptedAt().toEpochMilli());
        payment.setObject(9, event.command().partition(), Types.INTEGER);
        payment.setLong(10, event.command().offset());
        payment.setObject(11, event.event().partition(), Types.INTEGER);
        payment.setLong(12, event.event().offset());
    }

    private static void fill(
            PreparedStatement entry, long entryId, PostingRequest event, String account, long amount, long balance)
            throws SQLException {
        entry.setLong(1, entryId);
        entry.setObject(2, event.paymentId());
        entry.setString(3, account);
        entry.setLong(4, amount);
        entry.setLong(5, balance);
    }

    private static OptionalLong entryId(PreparedStatement payment) throws SQLException {
        try (ResultSet row = payment.executeQuery()) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    private static List<Long> entryIds(Connection connection, int count) throws SQLException {
        List<Long> ids = new ArrayList<>(count);
        try (PreparedStatement take =
                connection.prepareStatement("SELECT nextval('entry_ids') FROM generate_series(1, ?)")) {
            take.setInt(1, count);
            try (ResultSet row = take.executeQuery()) {
                while (row.next()) ids.add(row.getLong(1));
            }
        }
        return ids;
    }

    private static long balance(PreparedStatement update) throws SQLException {
        try (ResultSet row = update.executeQuery()) {
            if (!row.next()) {
                throw new IllegalStateException("no funds: the benchmark's accounts are to have enough");
            }
            return row.getLong(1);
        }
    }
}
