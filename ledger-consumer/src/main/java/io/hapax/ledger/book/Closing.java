package io.hapax.ledger.book;

/** What closing an account came to. */
public enum Closing {
    CLOSED,
    ALREADY_CLOSED,
    NOT_FOUND,
    /** It is one that the ledger needs. */
    RESERVED
}
