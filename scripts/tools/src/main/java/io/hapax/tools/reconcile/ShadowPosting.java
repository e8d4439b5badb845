package io.hapax.tools.reconcile;

import static java.util.Objects.requireNonNull;

import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.OpeningBalance;
import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.ledger.posting.FailureReason;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingRule;
import io.hapax.ledger.posting.Settlement;
import io.hapax.ledger.posting.Settlement.Completed;
import io.hapax.ledger.posting.Settlement.Failed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Posts all payments again, by the ledger's own rule, in large sets. In memory are the accounts, of which there are few
 * beside payments.
 *
 * <p>The rule decides in an order that keeps that of each partition; how partitions were interleaved is not in the log, nor
 * when accounts were opened and closed. Where that alone may have made the difference, the published outcome counts.
 */
final class ShadowPosting {
    private static final int CHUNK = 50_000;

    /** What a balance or the time of opening and closing decides. */
    private static final Set<FailureReason> BY_ORDER = EnumSet.of(
            FailureReason.INSUFFICIENT_FUNDS,
            FailureReason.BALANCE_OVERFLOW,
            FailureReason.ACCOUNT_NOT_FOUND,
            FailureReason.ACCOUNT_CLOSED);

    private static final String PAYMENTS =
            "payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor, currency,"
                    + " reference, status, failure_reason, failed_account, entry_id, attempt, accepted_at_ms,"
                    + " command_partition, command_offset, event_partition, event_offset)";

    private static final String ENTRIES =
            "entries (entry_id, payment_id, account_id, amount_minor, balance_after_minor)";

    private final ShadowLedger ledger;
    private final Progress progress;
    private final Map<String, Account> accounts = new HashMap<>();
    private long byOrder;
    private long lastEntryId;

    /** A payment as it is to be written. */
    private record Posting(
            UUID paymentId,
            String clientId,
            String idempotencyKey,
            PaymentContent content,
            Settlement settlement,
            int attempt,
            long acceptedAtMs,
            @Nullable Place command,
            @Nullable Place event) {}

    private record Place(int partition, long offset) {}

    private record Entry(long id, UUID paymentId, String account, long amountMinor, long balanceAfterMinor) {}

    ShadowPosting(ShadowLedger ledger, Progress progress) {
        this.ledger = ledger;
        this.progress = progress;
    }

    /** Posts what is not posted yet. */
    void run() throws SQLException {
        readAccounts();
        if (ledger.done("opened").isEmpty()) {
            openBalances();
        }
        readBalances();
        lastEntryId = number("SELECT coalesce(max(entry_id), 0) FROM entries");
        long last = number("SELECT coalesce(max(n), 0) FROM post");
        progress.phase("Posting", last);
        long done = ledger.done("posted").orElse(0);
        while (done < last) {
            done = postAfter(done);
        }
    }

    /** Payments whose outcome was taken as published, since in the order of this rebuild the rule decides otherwise. */
    long byOrder() {
        return byOrder;
    }

    private void readAccounts() throws SQLException {
        try (Statement statement = forward();
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

    private void openBalances() throws SQLException {
        List<Posting> openings = new ArrayList<>();
        try (Statement statement = forward();
                ResultSet row = statement.executeQuery(
                        "SELECT id, currency, overdraft_limit_minor, opening_balance_minor, opened_at FROM "
                                + ledger.live() + ".accounts WHERE opening_balance_minor > 0 ORDER BY id")) {
            while (row.next()) {
                AccountTerms terms = new AccountTerms(
                        row.getString(1), row.getString(2), AccountKind.CUSTOMER, row.getLong(3), row.getLong(4));
                Instant openedAt = row.getTimestamp(5).toInstant();
                PostingRequest opening = OpeningBalance.of(terms, openedAt);
                openings.add(new Posting(
                        opening.paymentId(),
                        opening.clientId(),
                        opening.idempotencyKey(),
                        opening.content(),
                        new Completed(),
                        1,
                        openedAt.toEpochMilli(),
                        null,
                        null));
            }
        }
        write(openings);
        ledger.commit("opened", openings.size());
    }

    private void readBalances() throws SQLException {
        try (Statement statement = forward();
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

    private long number(String query) throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private long postAfter(long done) throws SQLException {
        List<Posting> postings = new ArrayList<>(CHUNK);
        long last = done;
        try (PreparedStatement query =
                connection().prepareStatement("SELECT * FROM post WHERE n > ? AND n <= ? ORDER BY n")) {
            query.setLong(1, done);
            query.setLong(2, done + CHUNK);
            query.setFetchSize(10_000);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    postings.add(read(row));
                    last = row.getLong("n");
                    progress.step();
                }
            }
        }
        write(postings);
        ledger.commit("posted", last);
        return last;
    }

    private Posting read(ResultSet row) throws SQLException {
        PaymentContent content = new PaymentContent(
                row.getString("debtor_account"),
                row.getString("creditor_account"),
                row.getLong("amount_minor"),
                row.getString("currency"),
                row.getString("reference"));
        Place event = new Place(row.getInt("log_partition"), row.getLong("log_offset"));
        return new Posting(
                row.getObject("payment_id", UUID.class),
                row.getString("client_id"),
                row.getString("idempotency_key"),
                content,
                settle(content, event, published(row)),
                row.getInt("attempt"),
                row.getLong("accepted_at_ms"),
                new Place(row.getInt("command_partition"), row.getLong("command_offset")),
                event);
    }

    private static @Nullable Settlement published(ResultSet row) throws SQLException {
        String status = row.getString("status");
        if (status == null) {
            return null;
        }
        return status.equals("COMPLETED")
                ? new Completed()
                : new Failed(FailureReason.valueOf(row.getString("failure_reason")), row.getString("failed_account"));
    }

    /** Decides and lets the money move. */
    private Settlement settle(PaymentContent content, Place event, @Nullable Settlement published) throws SQLException {
        Account debtor = accounts.get(content.debtorAccount());
        Account creditor = accounts.get(content.creditorAccount());
        Settlement decided = PostingRule.settle(content, debtor, creditor);
        if (published == null || published.equals(decided)) {
            return decided;
        }
        boolean isExplained = dependsOnOrder(decided) || dependsOnOrder(published);
        boolean isImpossible = published instanceof Completed && (debtor == null || creditor == null);
        if (isImpossible || !isExplained) {
            contradict(event, published + " was published, the rule decides " + decided);
            return decided;
        }
        byOrder++;
        return published;
    }

    private static boolean dependsOnOrder(Settlement settlement) {
        return settlement instanceof Failed failed && BY_ORDER.contains(failed.reason());
    }

    private void contradict(Place event, String detail) throws SQLException {
        try (PreparedStatement insert = connection().prepareStatement("INSERT INTO contradiction VALUES (?, ?)")) {
            insert.setString(1, "event " + event.partition() + "@" + event.offset());
            insert.setString(2, detail);
            insert.executeUpdate();
        }
    }

    private void write(List<Posting> postings) throws SQLException {
        List<Entry> entries = new ArrayList<>(2 * postings.size());
        try (CopyRows rows = new CopyRows(connection(), PAYMENTS)) {
            for (Posting posting : postings) {
                if (posting.settlement() instanceof Completed) {
                    lastEntryId++;
                    PaymentContent content = posting.content();
                    entries.add(enter(posting.paymentId(), content.debtorAccount(), -content.amountMinor()));
                    entries.add(enter(posting.paymentId(), content.creditorAccount(), content.amountMinor()));
                }
                write(rows, posting);
            }
            rows.finish();
        }
        try (CopyRows rows = new CopyRows(connection(), ENTRIES)) {
            for (Entry entry : entries) {
                rows.number(entry.id())
                        .id(entry.paymentId())
                        .stored(entry.account())
                        .number(entry.amountMinor())
                        .number(entry.balanceAfterMinor())
                        .endRow();
            }
            rows.finish();
        }
    }

    private void write(CopyRows rows, Posting posting) throws SQLException {
        PaymentContent content = posting.content();
        Failed failed = posting.settlement() instanceof Failed found ? found : null;
        rows.id(posting.paymentId())
                .stored(posting.clientId())
                .stored(posting.idempotencyKey())
                .stored(content.debtorAccount())
                .stored(content.creditorAccount())
                .number(content.amountMinor())
                .stored(content.currency())
                .stored(content.reference())
                .stored(failed == null ? "COMPLETED" : "FAILED")
                .stored(failed == null ? null : failed.reason().name())
                .stored(failed == null ? null : failed.account())
                .stored(failed == null ? Long.toString(lastEntryId) : null)
                .number(posting.attempt())
                .number(posting.acceptedAtMs());
        write(rows, posting.command());
        write(rows, posting.event());
        rows.endRow();
    }

    private static void write(CopyRows rows, @Nullable Place place) {
        if (place == null) {
            rows.stored(null).stored(null);
        } else {
            rows.number(place.partition()).number(place.offset());
        }
    }

    private Entry enter(UUID paymentId, String accountId, long amountMinor) {
        Account after = requireNonNull(accounts.get(accountId)).after(amountMinor);
        accounts.put(accountId, after);
        return new Entry(lastEntryId, paymentId, accountId, amountMinor, after.balanceMinor());
    }

    private Connection connection() {
        return ledger.connection();
    }

    /** Reads in pieces, not all at once. */
    private Statement forward() throws SQLException {
        Statement statement = connection().createStatement();
        statement.setFetchSize(10_000);
        return statement;
    }
}
