package io.hapax.tools.rebuild;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.ledger.posting.BalanceChange;
import io.hapax.ledger.posting.Entry;
import io.hapax.ledger.posting.Owners;
import io.hapax.ledger.posting.PaymentResult.Completed;
import io.hapax.ledger.posting.PaymentResult.Failed;
import io.hapax.ledger.posting.PostingBatch;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.RecordedPayment;
import io.hapax.ledger.posting.Step;
import io.hapax.tools.books.CopyRows;
import io.hapax.tools.cli.Progress;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The posting of all payments again, by the ledger's own rule, in large sets. Memory holds the accounts and the open
 * reservations, which are few compared with payments.
 *
 * <p>The rule decides in an order that keeps the order of each partition. The log does not hold the order between
 * partitions, nor the times at which accounts were opened and closed and got other owners. Where only these may
 * explain a difference, the published outcome counts. All events move the clocks of their partitions, also those that
 * post nothing.
 *
 * <p>The text of a payment stays in the database: it is copied there from the events. The rule reads only the
 * fields that it needs. It writes entries, and the results that differ from the published ones.
 */
final class RebuiltPosting {
    /** Columns of an entry as they are written. */
    static final String ENTRIES = "entries (entry_id, payment_id, account_id, amount_minor, balance_after_minor)";

    /** Events that are posted in one database transaction. */
    static final int CHUNK = 50_000;

    private static final String RECORD = """
            INSERT INTO payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor,
                                  currency, reference, status, failure_reason, failed_account, entry_id, attempt, accepted_at_ms,
                                  command_partition, command_offset, event_partition, event_offset, step, reservation_id, hold_ms,
                                  multiple, more_will_follow, ended_at_ms, duplicate_of)
            SELECT e.payment_id, e.client_id, e.idempotency_key, e.debtor_account,
                   coalesce(c.creditor_account, e.creditor_account), e.amount_minor,
                   e.currency, e.reference, coalesce(d.status, p.status),
                   CASE WHEN d.n IS NULL THEN p.failure_reason ELSE d.failure_reason END,
                   CASE WHEN d.n IS NULL THEN p.failed_account ELSE d.failed_account END,
                   CASE WHEN coalesce(d.status, p.status) = 'COMPLETED' AND coalesce(e.step, 'CAPTURE') = 'CAPTURE' THEN e.n END,
                   e.attempt, e.accepted_at_ms, e.command_partition, e.command_offset, e.log_partition, e.log_offset,
                   e.step, e.reservation_id, e.hold_ms, e.multiple, e.more_will_follow, x.clock_ms,
                   CASE WHEN d.n IS NULL THEN p.duplicate_of END
            FROM (SELECT * FROM event WHERE n > ? AND n <= ?) e
            JOIN (SELECT * FROM post WHERE n > ? AND n <= ?) p ON p.n = e.n
            LEFT JOIN decided d ON d.n = e.n
            LEFT JOIN paid c ON c.n = e.n
            LEFT JOIN reservation_ends x ON x.reservation_id = e.reservation_id AND x.by_payment = e.payment_id
            """;

    private final RebuiltLedger ledger;
    private final Progress progress;
    private final int set;
    private final Map<String, Account> accounts = new HashMap<>();
    private final RebuiltHolds holds;
    private long byOrder;

    RebuiltPosting(RebuiltLedger ledger, Progress progress, int set) {
        this.ledger = ledger;
        this.progress = progress;
        this.set = set;
        this.holds = new RebuiltHolds(ledger);
    }

    /** Posts what is not posted yet. */
    void run() throws SQLException {
        if (ledger.done("opened").isEmpty()) {
            new RebuiltOpenings(ledger).post();
        }
        readAccounts();
        readBalances();
        holds.read();
        holds.heldByAccount()
                .forEach((id, held) -> accounts.computeIfPresent(id, (i, account) -> account.holding(held)));
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
                ResultSet row =
                        statement.executeQuery("SELECT id, currency, kind, overdraft_limit_minor, status, owners FROM "
                                + ledger.live() + ".accounts")) {
            while (row.next()) {
                Account account = new Account(
                        row.getString(1),
                        row.getString(2),
                        AccountKind.valueOf(row.getString(3)),
                        row.getLong(4),
                        row.getString(5).equals("OPEN"),
                        0,
                        0,
                        owners(row.getArray(6)));
                accounts.put(account.id(), account);
            }
        }
    }

    /** What the ledger's setting says about an account without owners is in no table: the published result tells. */
    private static Owners owners(@Nullable Array stored) throws SQLException {
        return stored == null ? Owners.ANYBODY : Owners.named(List.of((String[]) stored.getArray()));
    }

    private void readBalances() throws SQLException {
        try (Statement statement = ledger.forward();
                ResultSet row = statement.executeQuery(
                        "SELECT account_id, sum(amount_minor)::bigint FROM entries GROUP BY account_id")) {
            while (row.next()) {
                long balance = row.getLong(2);
                accounts.computeIfPresent(row.getString(1), (id, account) -> account.with(balance, 0));
            }
        }
    }

    private long lastNumber() throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet row = statement.executeQuery("SELECT coalesce(max(n), 0) FROM event")) {
            row.next();
            return row.getLong(1);
        }
    }

    private long postAfter(long done, long end) throws SQLException {
        long last = Math.min(done + set, end);
        EventSet events = new EventSet();
        try (PreparedStatement query = prepare(EventSet.SELECT, done, last)) {
            events.read(query);
        }
        post(events);
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

    private void post(EventSet events) throws SQLException {
        PostingBatch batch = PostingBatch.decide(
                events.inputs(),
                holds.recorded(events.inputs()),
                accounts,
                holds.before(events.inputs()),
                Map.of(),
                events.published());
        write(batch, events);
        holds.write(batch.holds(), batch.payments());
        for (BalanceChange change : batch.balances()) {
            accounts.computeIfPresent(
                    change.accountId(), (id, account) -> account.with(change.afterMinor(), change.heldAfterMinor()));
        }
        byOrder += events.published().byOrder();
    }

    private void write(PostingBatch batch, EventSet events) throws SQLException {
        try (CopyRows rows = new CopyRows(connection(), ENTRIES)) {
            for (Entry entry : batch.entries()) {
                rows.number(events.number(entry.paymentId()))
                        .id(entry.paymentId())
                        .stored(entry.accountId())
                        .number(entry.amountMinor())
                        .number(entry.balanceAfterMinor())
                        .endRow();
            }
            rows.finish();
        }
        try (CopyRows rows = new CopyRows(connection(), "paid")) {
            for (RecordedPayment payment : batch.payments()) {
                PostingRequest request = payment.request();
                if (payment.settlement() instanceof Completed
                        && request.content().step() instanceof Step.Capture) {
                    rows.number(events.number(request.paymentId()))
                            .stored(request.content().creditorAccount())
                            .endRow();
                }
            }
            rows.finish();
        }
        try (CopyRows rows = new CopyRows(connection(), "decided")) {
            for (RecordedPayment payment : batch.payments()) {
                writeUnlessPublished(rows, payment, events);
            }
            rows.finish();
        }
        try (CopyRows rows = new CopyRows(connection(), "contradiction")) {
            for (Map.Entry<String, String> each :
                    events.published().contradictions().entrySet()) {
                rows.stored("event " + each.getKey()).stored(each.getValue()).endRow();
            }
            rows.finish();
        }
    }

    private static void writeUnlessPublished(CopyRows rows, RecordedPayment payment, EventSet events)
            throws SQLException {
        UUID paymentId = payment.request().paymentId();
        if (events.published().say(paymentId, payment.settlement())) {
            return;
        }
        Failed failed = payment.settlement() instanceof Failed found ? found : null;
        rows.number(events.number(paymentId))
                .stored(failed == null ? "COMPLETED" : "FAILED")
                .stored(failed == null ? null : failed.reason().name())
                .stored(failed == null ? null : failed.account())
                .endRow();
    }

    private Connection connection() {
        return ledger.connection();
    }
}
