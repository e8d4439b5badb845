package io.hapax.lab.demo;

import io.hapax.schemas.PaymentCommand;

/** One record that a client sends to {@code payment-commands}. */
sealed interface Sending {
    record Command(PaymentCommand command) implements Sending {}

    /** Bytes that are no command. */
    @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
    record Bytes(byte[] bytes) implements Sending {}
}
