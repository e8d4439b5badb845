package io.hapax.tools.console;

import io.hapax.ledger.book.Accounts;
import io.hapax.ledger.book.StatementLine;
import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.tools.cli.Money;
import io.hapax.tools.cli.Times;
import io.hapax.tools.console.View.Rows;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The page of the accounts: a list, or one account with its statement. */
record LedgerPages(Parts parts, InstantSource clock) {
    private static final int LISTED = 100;

    /** Fields: {@code account}, the id of one; {@code after}, for a list that goes on. */
    View accounts(Map<String, String> asked) throws SQLException, InterruptedException {
        Accounts accounts = new Accounts(parts.books(), clock);
        String id = asked.getOrDefault("account", "").strip();
        return id.isEmpty() ? list(accounts, asked.getOrDefault("after", "").strip()) : one(accounts, id);
    }

    private static View list(Accounts accounts, String after) throws SQLException {
        Rows rows = new Rows("Accounts", "account", "kind", "status", "balance", "held", "may fall to");
        List<Account> found = accounts.list(after, LISTED);
        found.forEach(account -> add(rows, account));
        String title = after.isEmpty() ? "no accounts" : "no accounts after " + after;
        return View.of(rows.table(title));
    }

    private static View one(Accounts accounts, String id) throws SQLException {
        Rows rows = new Rows("Account", "account", "kind", "status", "balance", "held", "may fall to");
        Optional<Account> account = accounts.find(id);
        if (account.isEmpty()) {
            return View.of(rows.table("there is no such account"));
        }
        add(rows, account.get());
        String currency = account.get().currency();
        Rows lines = new Rows(
                "First entries", "entry", "recorded at", "payment", "other account", "amount", "balance", "reference");
        for (StatementLine line : accounts.statement(id, 0, LISTED)) {
            lines.add(
                    line.entryId(),
                    Times.text(line.recordedAt()),
                    line.paymentId(),
                    line.counterparty(),
                    Money.format(line.amountMinor(), currency),
                    Money.format(line.balanceAfterMinor(), currency),
                    line.reference());
        }
        return View.of(rows.table(""), lines.table("no entries"));
    }

    private static void add(Rows rows, Account account) {
        rows.add(
                account.id(),
                account.kind().name().toLowerCase(Locale.ROOT),
                account.open() ? "open" : "closed",
                Money.format(account.balanceMinor(), account.currency()),
                Money.format(account.heldMinor(), account.currency()),
                account.kind() == AccountKind.SYSTEM
                        ? "no limit"
                        : Money.format(-account.overdraftLimitMinor(), account.currency()));
    }
}
