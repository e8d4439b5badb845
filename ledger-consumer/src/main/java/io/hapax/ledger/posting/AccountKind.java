package io.hapax.ledger.posting;

/** The kind of an account. It decides how far the balance may go below zero. */
public enum AccountKind {
    /** Down to minus its overdraft limit; with a limit of 0, never below zero. */
    CUSTOMER,
    /** Without limit: where opening balances come from, and what else must be able to owe. */
    SYSTEM
}
