package io.hapax.sandbox;

/** A part that did not start, stop or answer as it should; the message names the part, its log file and the log's end. */
public final class SandboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SandboxException(String message) {
        super(message);
    }

    SandboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
