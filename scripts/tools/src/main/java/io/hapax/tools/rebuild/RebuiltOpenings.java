package io.hapax.tools.rebuild;

import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.book.OpeningBalance;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.tools.books.CopyRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The opening balances, posted again from the terms of the live accounts. No topic holds them. */
final class RebuiltOpenings {
    private static final String PAYMENTS =
            "payments (payment_id, client_id, idempotency_key, debtor_account, creditor_account, amount_minor, currency,"
                    + " reference, status, entry_id, attempt, accepted_at_ms)";

    private final RebuiltLedger ledger;
    private final Map<String, Long> balances = new HashMap<>();

    RebuiltOpenings(RebuiltLedger ledger) {
        this.ledger = ledger;
    }

    void post() throws SQLException {
        List<PostingRequest> openings = agreed();
        try (CopyRows rows = new CopyRows(ledger.connection(), PAYMENTS)) {
            for (int i = 0; i < openings.size(); i++) {
                write(rows, openings.get(i), entryId(i, openings));
            }
            rows.finish();
        }
        try (CopyRows rows = new CopyRows(ledger.connection(), RebuiltPosting.ENTRIES)) {
            for (int i = 0; i < openings.size(); i++) {
                PostingRequest opening = openings.get(i);
                long entryId = entryId(i, openings);
                PaymentContent content = opening.content();
                enter(rows, entryId, opening, content.debtorAccount(), -content.amountMinor());
                enter(rows, entryId, opening, content.creditorAccount(), content.amountMinor());
            }
            rows.finish();
        }
        ledger.commit("opened", openings.size());
    }

    /** The entry number of an opening: below 1, which is the number of the first posting. */
    private static long entryId(int index, List<PostingRequest> openings) {
        return (long) index + 1 - openings.size();
    }

    private List<PostingRequest> agreed() throws SQLException {
        List<PostingRequest> openings = new ArrayList<>();
        try (Statement statement = ledger.forward();
                ResultSet row = statement.executeQuery(
                        "SELECT id, currency, overdraft_limit_minor, opening_balance_minor, opened_at FROM "
                                + ledger.live() + ".accounts WHERE opening_balance_minor > 0 ORDER BY id")) {
            while (row.next()) {
                AccountTerms terms = new AccountTerms(
                        row.getString(1), row.getString(2), AccountKind.CUSTOMER, row.getLong(3), row.getLong(4));
                openings.add(OpeningBalance.of(terms, row.getTimestamp(5).toInstant()));
            }
        }
        return openings;
    }

    private static void write(CopyRows rows, PostingRequest opening, long entryId) throws SQLException {
        PaymentContent content = opening.content();
        rows.id(opening.paymentId())
                .stored(opening.clientId())
                .stored(opening.idempotencyKey())
                .stored(content.debtorAccount())
                .stored(content.creditorAccount())
                .number(content.amountMinor())
                .stored(content.currency())
                .stored(content.reference())
                .stored("COMPLETED")
                .number(entryId)
                .number(opening.attempt())
                .number(opening.acceptedAt().toEpochMilli())
                .endRow();
    }

    private void enter(CopyRows rows, long entryId, PostingRequest opening, String account, long amountMinor)
            throws SQLException {
        rows.number(entryId)
                .id(opening.paymentId())
                .stored(account)
                .number(amountMinor)
                .number(balances.merge(account, amountMinor, Math::addExact))
                .endRow();
    }
}
