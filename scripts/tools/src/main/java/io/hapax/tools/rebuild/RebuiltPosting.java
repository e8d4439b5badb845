package io.hapax.tools.rebuild;

import static java.util.Objects.requireNonNull;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PaymentResult;
import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingRule;
import io.hapax.tools.books.CopyRows;
import io.hapax.tools.cli.Progress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The posting of all payments again, by the ledger's own rule, in large sets. Memory holds the accounts, which are
 * few compared with payments.
 *
 * <p>The rule decides in an order that keeps the order of each partition. The log does not hold the order between
 * partitions, nor the times at which accounts were opened and closed. Where only these may explain a difference,
 * the published outcome counts.
 *
 * <p>The text of a payment stays in the database: it is copied there from the events. The rule reads only the
 * fields that it needs. It writes entries, and the results that differ from the published ones.
 */
final class RebuiltPosting {
    /** Columns of an entry as they are written. */
    static final String ENTRIES = "entries (entry_id, payment_id, account_id, amount_minor, balance_after_minor)";

    private static final int CHUNK = 50_000;

    /** The reasons that depend on a balance, or on the time at which an account was opened or closed. */
    private static final Set<FailureReason> BY_ORDER = EnumSet.of(
            FailureReason.INSUFFICIENT_FUNDS,
            FailureReason.BALANCE_OVERFLOW,
            FailureReason.ACCOUNT_NOT_FOUND,
            FailureReason.ACCOUNT_CLOSED);

    private static final String DUE = """
            SELECT e.n, e.payment_id, e.debtor_account, e.creditor_account, e.amount_minor, e.currency, e.log_partition,
                   e.log_offset, p.status, p.failure_reason, p.failed_account
            FROM (SELECT * FROM event WHERE n > ? AND n <= ?) e
            JOIN (SELECT * FROM post WHERE n > ? AND n <= ?) p ON p.n = e.n
            ORDER BY e.n
            """;

    private static final String RECORD = """
            INSERT INTO payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor,
                                  currency, reference, status, failure_reason, failed_account, entry_id, attempt, accepted_at_ms,
                                  command_partition, command_offset, event_partition, event_offset)
            SELECT e.payment_id, e.client_id, e.idempotency_key, e.debtor_account, e.creditor_account, e.amount_minor,
                   e.currency, e.reference, coalesce(d.status, p.status),
                   CASE WHEN d.n IS NULL THEN p.failure_reason ELSE d.failure_reason END,
                   CASE WHEN d.n IS NULL THEN p.failed_account ELSE d.failed_account END,
                   CASE WHEN coalesce(d.status, p.status) = 'COMPLETED' THEN e.n END,
                   e.attempt, e.accepted_at_ms, e.command_partition, e.command_offset, e.log_partition, e.log_offset
            FROM (SELECT * FROM event WHERE n > ? AND n <= ?) e
            JOIN (SELECT * FROM post WHERE n > ? AND n <= ?) p ON p.n = e.n
            LEFT JOIN decided d ON d.n = e.n
            """;

    private final RebuiltLedger ledger;
    private final Progress progress;
    private final Map<String, Account> accounts = new HashMap<>();
    private long byOrder;

    /**
     * An event to be posted.
     *
     * @param n its number in the order of postings
     * @param place its place in the log
     * @param published the outcome that the live ledger has published for it
     */
    private record Due(
            long n,
            UUID paymentId,
            PaymentContent content,
            String place,
            @Nullable PaymentResult published) {}

    private record Entry(long id, UUID paymentId, String account, long amountMinor, long balanceAfterMinor) {}

    /** The rows that follow from some events: entries, results and contradictions. */
    private static final class Posted {
        private final List<Entry> entries = new ArrayList<>(2 * CHUNK);
        private final Map<Long, PaymentResult> decided = new HashMap<>();
        private final Map<String, String> contradictions = new HashMap<>();
    }

    RebuiltPosting(RebuiltLedger ledger, Progress progress) {
        this.ledger = ledger;
        this.progress = progress;
    }

    /** Posts what is not posted yet. */
    void run() throws SQLException {
        if (ledger.done("opened").isEmpty()) {
            new RebuiltOpenings(ledger).post();
        }
        readAccounts();
        readBalances();
        long last = lastNumber();
        progress.phase("Posting", last);
        long done = ledger.done("posted").orElse(0);
        while (done < last) {
            done = postAfter(done, last);
        }
    }

    /** Payments whose outcome was taken as published, since in the order of this rebuild the rule decides otherwise. */
    long byOrder() {
        return byOrder;
    }

    private void readAccounts() throws SQLException {
        try (Statement statement = ledger.forward();
                ResultSet row = statement.executeQuery("SELECT id, currency, kind, overdraft_limit_minor, status FROM "
                        + ledger.live() + ".accounts")) {
            while (row.next()) {
                Account account = new Account(
                        row.getString(1),
                        row.getString(2),
                        AccountKind.valueOf(row.getString(3)),
                        row.getLong(4),
                        row.getString(5).equals("OPEN"),
                        0);
                accounts.put(account.id(), account);
            }
        }
    }

    private void readBalances() throws SQLException {
        try (Statement statement = ledger.forward();
                ResultSet row = statement.executeQuery(
                        "SELECT account_id, sum(amount_minor)::bigint FROM entries GROUP BY account_id")) {
            while (row.next()) {
                long balance = row.getLong(2);
                accounts.computeIfPresent(
                        row.getString(1),
                        (id, account) -> new Account(
                                id,
                                account.currency(),
                                account.kind(),
                                account.overdraftLimitMinor(),
                                account.open(),
                                balance));
            }
        }
    }

    private long lastNumber() throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet row = statement.executeQuery("SELECT coalesce(max(n), 0) FROM post")) {
            row.next();
            return row.getLong(1);
        }
    }

    private long postAfter(long done, long end) throws SQLException {
        long last = Math.min(done + CHUNK, end);
        Posted posted = new Posted();
        try (PreparedStatement query = prepare(DUE, done, last);
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                post(read(row), posted);
            }
        }
        write(posted);
        try (PreparedStatement insert = prepare(RECORD, done, last)) {
            insert.executeUpdate();
        }
        ledger.commit("posted", last);
        progress.step(last - done);
        return last;
    }

    private PreparedStatement prepare(String sql, long done, long last) throws SQLException {
        PreparedStatement statement = connection().prepareStatement(sql);
        statement.setLong(1, done);
        statement.setLong(2, last);
        statement.setLong(3, done);
        statement.setLong(4, last);
        statement.setFetchSize(RebuiltLedger.FETCH_ROWS);
        return statement;
    }

    private static Due read(ResultSet row) throws SQLException {
        PaymentContent content = new PaymentContent(
                row.getString("debtor_account"),
                row.getString("creditor_account"),
                row.getLong("amount_minor"),
                row.getString("currency"),
                null);
        return new Due(
                row.getLong("n"),
                row.getObject("payment_id", UUID.class),
                content,
                row.getInt("log_partition") + "@" + row.getLong("log_offset"),
                published(row));
    }

    private static @Nullable PaymentResult published(ResultSet row) throws SQLException {
        String status = row.getString("status");
        if (status == null) {
            return null;
        }
        return status.equals("COMPLETED")
                ? new Completed()
                : new Failed(FailureReason.valueOf(row.getString("failure_reason")), row.getString("failed_account"));
    }

    private void post(Due due, Posted posted) {
        PaymentResult settlement = settle(due, posted);
        if (!settlement.equals(due.published())) {
            posted.decided.put(due.n(), settlement);
        }
        if (settlement instanceof Completed) {
            PaymentContent content = due.content();
            posted.entries.add(enter(due, content.debtorAccount(), -content.amountMinor()));
            posted.entries.add(enter(due, content.creditorAccount(), content.amountMinor()));
        }
    }

    private PaymentResult settle(Due due, Posted posted) {
        Account debtor = accounts.get(due.content().debtorAccount());
        Account creditor = accounts.get(due.content().creditorAccount());
        PaymentResult decided = PostingRule.settle(due.content(), debtor, creditor);
        PaymentResult published = due.published();
        if (published == null || published.equals(decided)) {
            return decided;
        }
        boolean isExplained = dependsOnOrder(decided) || dependsOnOrder(published);
        boolean isImpossible = published instanceof Completed && (debtor == null || creditor == null);
        if (isImpossible || !isExplained) {
            posted.contradictions.put(due.place(), published + " was published, the rule decides " + decided);
            return decided;
        }
        byOrder++;
        return published;
    }

    private static boolean dependsOnOrder(PaymentResult settlement) {
        return settlement instanceof Failed failed && BY_ORDER.contains(failed.reason());
    }

    private Entry enter(Due due, String accountId, long amountMinor) {
        Account after = requireNonNull(accounts.get(accountId)).after(amountMinor);
        accounts.put(accountId, after);
        return new Entry(due.n(), due.paymentId(), accountId, amountMinor, after.balanceMinor());
    }

    private void write(Posted posted) throws SQLException {
        try (CopyRows rows = new CopyRows(connection(), ENTRIES)) {
            for (Entry entry : posted.entries) {
                rows.number(entry.id())
                        .id(entry.paymentId())
                        .stored(entry.account())
                        .number(entry.amountMinor())
                        .number(entry.balanceAfterMinor())
                        .endRow();
            }
            rows.finish();
        }
        try (CopyRows rows = new CopyRows(connection(), "decided")) {
            for (Map.Entry<Long, PaymentResult> each : posted.decided.entrySet()) {
                Failed failed = each.getValue() instanceof Failed found ? found : null;
                rows.number(each.getKey())
                        .stored(failed == null ? "COMPLETED" : "FAILED")
                        .stored(failed == null ? null : failed.reason().name())
                        .stored(failed == null ? null : failed.account())
                        .endRow();
            }
            rows.finish();
        }
        try (CopyRows rows = new CopyRows(connection(), "contradiction")) {
            for (Map.Entry<String, String> each : posted.contradictions.entrySet()) {
                rows.stored("event " + each.getKey()).stored(each.getValue()).endRow();
            }
            rows.finish();
        }
    }

    private Connection connection() {
        return ledger.connection();
    }
}
