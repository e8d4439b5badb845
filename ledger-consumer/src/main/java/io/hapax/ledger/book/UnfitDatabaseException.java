package io.hapax.ledger.book;

/** The database can't be what the ledger rests on, and no waiting changes that. The message says why. */
public final class UnfitDatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnfitDatabaseException(String message) {
        super(message);
    }

    UnfitDatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
