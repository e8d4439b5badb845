package io.hapax.storm.check;

/** The sign that a folder can't be checked: it lacks something, or says what can't be. */
public final class BrokenHistoryException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenHistoryException(String message) {
        super(message);
    }
}
