package io.hapax.lab.demo;

import io.hapax.ledger.book.AccountRefusedException;
import io.hapax.ledger.book.AccountTerms;
import io.hapax.money.Currencies;
import io.hapax.schemas.PaymentCommand;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The accounts that payments name. */
final class AccountsOfPayments {
    private AccountsOfPayments() {}

    /**
     * The accounts, each in the currency of the first payment that names it. An account that is not valid is left
     * out, and its payments fail.
     *
     * @param openingBalance opening balance in units of the currency
     */
    static List<AccountTerms> of(List<PaymentCommand> payments, long openingBalance) {
        Map<String, Optional<AccountTerms>> terms = new TreeMap<>();
        for (PaymentCommand payment : payments) {
            for (String id : List.of(payment.getDebtorAccount(), payment.getCreditorAccount())) {
                terms.computeIfAbsent(id, name -> customer(name, payment.getCurrency(), openingBalance));
            }
        }
        return terms.values().stream().flatMap(Optional::stream).toList();
    }

    private static Optional<AccountTerms> customer(String id, String currency, long openingBalance) {
        try {
            int decimals = Currencies.isCurrent(currency)
                    ? Currencies.decimals(currency).orElseThrow()
                    : 0;
            long minor = Math.multiplyExact(openingBalance, (long) Math.pow(10, decimals));
            return Optional.of(AccountTerms.customer(id, currency, minor).requireName());
        } catch (IllegalArgumentException | AccountRefusedException e) {
            return Optional.empty();
        }
    }
}
