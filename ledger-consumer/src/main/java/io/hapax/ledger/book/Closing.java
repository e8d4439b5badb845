package io.hapax.ledger.book;

/** The result of a request to close an account. */
public enum Closing {
    CLOSED,
    ALREADY_CLOSED,
    NOT_FOUND,
    /** It is one that the ledger needs. */
    RESERVED
}
