package io.hapax.lab.demo;

import org.apache.avro.specific.SpecificRecord;

/** One record that a client sends to {@code payment-commands}. */
sealed interface Sending {
    record Command(SpecificRecord command) implements Sending {}

    /** Bytes that are no command. */
    @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
    record Bytes(byte[] bytes) implements Sending {}
}
