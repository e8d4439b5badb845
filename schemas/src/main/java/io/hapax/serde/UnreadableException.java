package io.hapax.serde;

import org.apache.kafka.common.errors.SerializationException;

/** The bytes are not what they should be, and never will be. The message holds none of their content. */
public final class UnreadableException extends SerializationException {
    private static final long serialVersionUID = 1L;

    private final UnreadableReason reason;

    UnreadableException(UnreadableReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public UnreadableReason reason() {
        return reason;
    }
}
