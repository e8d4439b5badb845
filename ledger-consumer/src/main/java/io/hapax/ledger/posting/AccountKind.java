package io.hapax.ledger.posting;

/** The kind of an account. It decides how far the balance may go below zero. */
public enum AccountKind {
    /**
     * An account of a client. Its balance may go down to minus its overdraft limit. With a limit of 0 it never goes
     * below zero.
     */
    CUSTOMER,
    /**
     * An account of the ledger without a limit. Opening balances come from it, and so does everything else that must
     * be able to owe.
     */
    SYSTEM
}
