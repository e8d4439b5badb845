package io.hapax.ledger.posting;

/**
 * An account as the rule sees it.
 *
 * @param id 1 to 64 visible ASCII characters
 * @param currency ISO 4217 alphabetic code
 * @param kind how far down it may go
 * @param overdraftLimitMinor how far below zero a customer account may go, in minor units, not negative
 * @param open whether it can pay and be paid
 * @param balanceMinor sum of its entries, in minor units
 */
public record Account(
        String id, String currency, AccountKind kind, long overdraftLimitMinor, boolean open, long balanceMinor) {

    /** True when the account's limit allows it to pay {@code amountMinor}, which is greater than zero. */
    public boolean hasFundsFor(long amountMinor) {
        // The limit is not negative and the amount is positive, so that their difference can't overflow.
        return kind == AccountKind.SYSTEM || balanceMinor >= amountMinor - overdraftLimitMinor;
    }

    /** True when the balance less {@code amountMinor}, which is greater than zero, fits in 64 bits. */
    public boolean canBeDebited(long amountMinor) {
        return balanceMinor >= Long.MIN_VALUE + amountMinor;
    }

    /** True when the balance plus {@code amountMinor}, which is greater than zero, fits in 64 bits. */
    public boolean canBeCredited(long amountMinor) {
        return balanceMinor <= Long.MAX_VALUE - amountMinor;
    }

    /** The same account after an entry of {@code amountMinor}, negative for a debit. */
    public Account after(long amountMinor) {
        return new Account(id, currency, kind, overdraftLimitMinor, open, Math.addExact(balanceMinor, amountMinor));
    }
}
