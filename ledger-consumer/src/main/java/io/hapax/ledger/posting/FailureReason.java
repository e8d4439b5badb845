package io.hapax.ledger.posting;

/**
 * The reason why a payment failed. The constants stand in the order in which the rule checks: a payment that fails
 * two checks gets the first. Within one reason the debtor comes before the creditor. The names go over the wire and
 * into the database: a released name stays. CONTRIBUTING.md lists what changes with a new one.
 */
public enum FailureReason {
    /**
     * Makes no sense whatever the accounts: amount not greater than zero, debtor and creditor the same account, or a
     * currency that is not in ISO 4217 or has no minor unit. About no account.
     */
    INVALID_POSTING,
    /** The account was never opened. */
    ACCOUNT_NOT_FOUND,
    /** The account was closed. */
    ACCOUNT_CLOSED,
    /** The account is kept in another currency. */
    CURRENCY_MISMATCH,
    /** The debtor would go below its limit. */
    INSUFFICIENT_FUNDS,
    /** The balance would no longer fit in 64 bits. */
    BALANCE_OVERFLOW
}
