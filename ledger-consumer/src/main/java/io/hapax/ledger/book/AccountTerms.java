package io.hapax.ledger.book;

import io.hapax.ledger.posting.AccountKind;
import io.hapax.money.Currencies;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The terms that are agreed when an account is opened. They never change.
 *
 * @param id 1 to 64 visible ASCII characters
 * @param currency ISO 4217 alphabetic code
 * @param kind how far down it may go
 * @param overdraftLimitMinor how far below zero a customer account may go, in minor units, not negative; 0 for a system
 *     account, which has no limit
 * @param openingBalanceMinor what the account starts with, in minor units, not negative; 0 for a system account
 */
public record AccountTerms(
        String id, String currency, AccountKind kind, long overdraftLimitMinor, long openingBalanceMinor) {
    private static final String RESERVED = "system:";

    private static final Pattern ID = Pattern.compile("[!-~]{1,64}");

    /** Throws {@link AccountRefusedException} for terms that can't be. */
    public AccountTerms {
        if (!ID.matcher(id).matches())
            throw new AccountRefusedException(id, "an id is 1 to 64 visible ASCII characters");
        if (!Currencies.isMoney(currency)) {
            throw new AccountRefusedException(id, "ISO 4217 has no currency with a minor unit called " + currency);
        }
        if (overdraftLimitMinor < 0) throw new AccountRefusedException(id, "the overdraft limit is negative");
        if (openingBalanceMinor < 0) throw new AccountRefusedException(id, "the opening balance is negative");
        if (kind == AccountKind.SYSTEM && (overdraftLimitMinor != 0 || openingBalanceMinor != 0)) {
            throw new AccountRefusedException(id, "a system account has neither limit nor opening balance");
        }
    }

    /**
     * The ledger opens {@code system:EUR} and the like itself, as the accounts that opening balances come from. An
     * account of such a name that were anything else would stop every later opening in the currency, for ever.
     *
     * @throws AccountRefusedException if the name is the ledger's and these are not its terms
     */
    public AccountTerms requireName() {
        if (isReserved(id) && !equals(openingSource(currency))) {
            throw new AccountRefusedException(
                    id,
                    "names that begin with " + RESERVED + " are the ledger's: " + RESERVED + currency
                            + " is the system account of " + currency + ", and there are no others");
        }
        return this;
    }

    /** True for ids that are reserved for the ledger's own accounts. */
    static boolean isReserved(String id) {
        return id.startsWith(RESERVED);
    }

    /** The system account that opening balances in {@code currency} come from. */
    static AccountTerms openingSource(String currency) {
        return system(RESERVED + currency, currency);
    }

    @Override
    public String toString() {
        return "%s account in %s, limit %s, opening balance %s"
                .formatted(
                        kind.name().toLowerCase(Locale.ROOT),
                        currency,
                        units(overdraftLimitMinor),
                        units(openingBalanceMinor));
    }

    private String units(long amountMinor) {
        int decimals = Currencies.decimals(currency).orElseThrow();
        return BigDecimal.valueOf(amountMinor, decimals).toPlainString();
    }

    /** A customer account that may not go below zero. */
    public static AccountTerms customer(String id, String currency, long openingBalanceMinor) {
        return new AccountTerms(id, currency, AccountKind.CUSTOMER, 0, openingBalanceMinor);
    }

    /** An account without limit. */
    public static AccountTerms system(String id, String currency) {
        return new AccountTerms(id, currency, AccountKind.SYSTEM, 0, 0);
    }
}
