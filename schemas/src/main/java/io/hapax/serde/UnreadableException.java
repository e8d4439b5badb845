package io.hapax.serde;

import org.apache.kafka.common.errors.SerializationException;

/** The refusal of bytes that can never be read as what they should be. The message holds none of their content. */
public final class UnreadableException extends SerializationException {
    private static final long serialVersionUID = 1L;

    /**
     * Characters of a message that are kept: a schema may have a name of a megabyte, and a header has no room for it.
     */
    private static final int MAX_MESSAGE = 300;

    private final UnreadableReason reason;

    UnreadableException(UnreadableReason reason, String message) {
        super(message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "...");
        this.reason = reason;
    }

    /** None: there may be one for each record of a flood, and where it was thrown says nothing of the bytes. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }

    public UnreadableReason reason() {
        return reason;
    }
}
