package io.hapax.ledger.book;

/** The refusal of a database on which the ledger can't rest, however long it waits. The message says why. */
public final class UnfitDatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnfitDatabaseException(String message) {
        super(message);
    }

    UnfitDatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
