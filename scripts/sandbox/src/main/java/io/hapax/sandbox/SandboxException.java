package io.hapax.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * A part that did not start, stop or answer as it should; the message names the part, its log file and the log's end.
 */
public final class SandboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SandboxException(String message) {
        super(message);
    }

    SandboxException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static SandboxException about(Server server, String what, @Nullable Throwable cause) {
        return new SandboxException(
                server.part() + " in " + server.folder() + " " + what + "; its log " + server.log()
                        + LogTail.of(server.log()),
                cause);
    }
}
