package io.hapax.tools.accounts;

import io.hapax.ledger.posting.Account;
import io.hapax.ledger.posting.AccountKind;
import io.hapax.ledger.posting.Owners;
import io.hapax.tools.cli.Money;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.TreeSet;

/** The text of an account for a person, on one line. */
final class AccountText {
    private AccountText() {}

    static String of(Account account) {
        return "%s: %s, %s, %s%s%s%s"
                .formatted(
                        account.id(),
                        Money.format(account.balanceMinor(), account.currency()),
                        account.open() ? "open" : "closed",
                        account.kind().name().toLowerCase(Locale.ROOT),
                        account.overdraftLimitMinor() == 0
                                ? ""
                                : ", down to " + Money.format(-account.overdraftLimitMinor(), account.currency()),
                        account.heldMinor() == 0 ? "" : ", " + held(account),
                        account.owners() instanceof Owners.Named(var clients)
                                ? ", owned by " + String.join(", ", new TreeSet<>(clients))
                                : "");
    }

    /** The part about reservations. A system account can be debited without a limit. */
    static String held(Account account) {
        String held = Money.format(account.heldMinor(), account.currency()) + " held";
        if (account.kind() == AccountKind.SYSTEM) {
            return held;
        }
        BigDecimal available = BigDecimal.valueOf(account.balanceMinor())
                .subtract(BigDecimal.valueOf(account.heldMinor()))
                .add(BigDecimal.valueOf(account.overdraftLimitMinor()));
        return held + ", " + Money.format(available, account.currency()) + " available";
    }
}
