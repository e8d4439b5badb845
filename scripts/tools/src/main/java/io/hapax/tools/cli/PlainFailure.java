package io.hapax.tools.cli;

/**
 * A failure whose message is written for a person: what was wrong, where, and what to do. Its causes add nothing to
 * it.
 */
public final class PlainFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PlainFailure(String message) {
        super(message);
    }

    public PlainFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
