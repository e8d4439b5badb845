package io.hapax.storm.world;

import io.hapax.ledger.book.AccountTerms;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.storm.history.RunFacts.OpenedAccount;
import java.util.ArrayList;
import java.util.List;

/** The accounts of a storm: rich ones, poor ones that run out of money, one with an overdraft, and odd ones. */
public final class StormAccounts {
    public static final String CLOSED = "closed";
    public static final String DOLLARS = "dollars";

    /** Named by payments and never opened. */
    public static final String UNKNOWN = "nobody";

    private static final int RICH = 30;
    private static final int POOR = 10;
    private static final long RICH_MINOR = 10_000_000;
    private static final long POOR_MINOR = 2_000;
    private static final long OVERDRAFT_MINOR = 5_000;

    private StormAccounts() {}

    static List<OpenedAccount> all() {
        List<OpenedAccount> accounts = new ArrayList<>();
        for (int number = 0; number < RICH; number++) {
            accounts.add(new OpenedAccount("rich-" + number, "EUR", 0, RICH_MINOR, false));
        }
        for (int number = 0; number < POOR; number++) {
            accounts.add(new OpenedAccount("poor-" + number, "EUR", 0, POOR_MINOR, false));
        }
        accounts.add(new OpenedAccount("overdrawn", "EUR", OVERDRAFT_MINOR, POOR_MINOR, false));
        accounts.add(new OpenedAccount(DOLLARS, "USD", 0, POOR_MINOR, false));
        accounts.add(new OpenedAccount(CLOSED, "EUR", 0, 0, true));
        return accounts;
    }

    /** Those in euros that may pay and be paid. */
    public static List<String> usable() {
        return all().stream()
                .filter(account -> account.currency().equals("EUR") && !account.closed())
                .map(OpenedAccount::id)
                .toList();
    }

    static AccountTerms terms(OpenedAccount account) {
        return new AccountTerms(
                account.id(), account.currency(), AccountKind.CUSTOMER, account.limitMinor(), account.openingMinor());
    }
}
