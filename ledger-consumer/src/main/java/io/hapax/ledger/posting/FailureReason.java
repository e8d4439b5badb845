package io.hapax.ledger.posting;

/**
 * The reason why a payment failed. Up to {@link #BALANCE_OVERFLOW} the constants stand in the order in which the rule
 * checks: a payment that fails two checks gets the first. Within one reason the debtor comes before the creditor. The
 * order for steps of reservations is in {@link ReservationRule}. The names go over the wire and
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
    /** The client is no owner of the debtor. Behind it a stranger learns nothing about an account. */
    NOT_ALLOWED,
    /** The account was closed. */
    ACCOUNT_CLOSED,
    /** The account is kept in another currency. */
    CURRENCY_MISMATCH,
    /**
     * An equal payment was completed under another key, within the window that the client asked for. About no account.
     * Before the check of funds: who is told that money lacks may fetch some, and pay twice.
     */
    SUSPECTED_DUPLICATE,
    /** The debtor would go below its limit. */
    INSUFFICIENT_FUNDS,
    /** The balance would no longer fit in 64 bits. */
    BALANCE_OVERFLOW,
    /** A capture or release names no reservation of this client on this debtor. About no account, like all below. */
    RESERVATION_NOT_FOUND,
    /** The reservation failed, so that nothing was ever held. */
    RESERVATION_FAILED,
    /** The reservation was ended by a capture. */
    RESERVATION_CAPTURED,
    /** The reservation was ended by a release. */
    RESERVATION_VOIDED,
    /** The time of the reservation is over, by the clock of the log. */
    RESERVATION_EXPIRED,
    /** The capture says that more will follow, and the reservation allows one only. */
    RESERVATION_NOT_MULTIPLE,
    /** The capture is of more than the reservation still holds. */
    AMOUNT_ABOVE_RESERVATION,
    /** A cancel came first: nothing is ever done under this payment id. The only result of a cancel. */
    CANCELLED
}
