package io.hapax.serde;

import org.apache.kafka.common.KafkaException;

/**
 * The failure of a question to the schema registry: it could not be asked, or gave no usable answer.
 *
 * <p>A fault, not a property of the bytes: not a {@code SerializationException}, so that nobody takes it for unreadable
 * input.
 */
public final class RegistryUnavailableException extends KafkaException {
    private static final long serialVersionUID = 1L;

    RegistryUnavailableException(String message) {
        super(message);
    }

    RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
