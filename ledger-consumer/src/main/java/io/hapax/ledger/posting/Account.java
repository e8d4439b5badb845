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
 * @param heldMinor what open reservations hold of it, in minor units, not negative
 * @param owners the clients that may debit it
 */
public record Account(
        String id,
        String currency,
        AccountKind kind,
        long overdraftLimitMinor,
        boolean open,
        long balanceMinor,
        long heldMinor,
        Owners owners) {

    /** An account that nobody owns, so that every client may debit it, and of which nothing is held. */
    public Account(
            String id, String currency, AccountKind kind, long overdraftLimitMinor, boolean open, long balanceMinor) {
        this(id, currency, kind, overdraftLimitMinor, open, balanceMinor, 0, Owners.ANYBODY);
    }

    /**
     * True when the account's limit allows it to pay {@code amountMinor}, which is greater than zero, beside what is
     * held.
     */
    public boolean hasFundsFor(long amountMinor) {
        // The limit is not negative and the amount is positive, so that their difference can't overflow.
        return kind == AccountKind.SYSTEM || freeMinor() >= amountMinor - overdraftLimitMinor;
    }

    /**
     * True when the balance less what is held and less {@code amountMinor}, which is greater than zero, fits in 64
     * bits.
     */
    public boolean canBeDebited(long amountMinor) {
        return freeMinor() >= Long.MIN_VALUE + amountMinor;
    }

    /** True when so much more can be held. */
    public boolean canHold(long amountMinor) {
        return canBeDebited(amountMinor) && heldMinor <= Long.MAX_VALUE - amountMinor;
    }

    /** Fits in 64 bits: no hold and no debit was let through with which it would not. */
    private long freeMinor() {
        return Math.subtractExact(balanceMinor, heldMinor);
    }

    /** True when the balance plus {@code amountMinor}, which is greater than zero, fits in 64 bits. */
    public boolean canBeCredited(long amountMinor) {
        return balanceMinor <= Long.MAX_VALUE - amountMinor;
    }

    /** The same account after an entry of {@code amountMinor}, negative for a debit. */
    public Account after(long amountMinor) {
        return with(Math.addExact(balanceMinor, amountMinor), heldMinor);
    }

    /** The same account when {@code amountMinor} more is held of it, less if negative. */
    public Account holding(long amountMinor) {
        return with(balanceMinor, Math.addExact(heldMinor, amountMinor));
    }

    /** The same account with another balance, and so much held of it. */
    public Account with(long otherBalanceMinor, long otherHeldMinor) {
        return new Account(id, currency, kind, overdraftLimitMinor, open, otherBalanceMinor, otherHeldMinor, owners);
    }
}
