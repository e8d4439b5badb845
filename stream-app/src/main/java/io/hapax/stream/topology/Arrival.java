package io.hapax.stream.topology;

import io.hapax.stream.decision.ReceivedCommand;

/**
 * A command that could be read.
 *
 * @param bytes as they came, to be sent on unchanged if they lie on the wrong partition
 * @param rerouted true when they were sent on before
 */
@SuppressWarnings("ArrayRecordComponent") // Passed from one step to the next, never compared.
record Arrival(ReceivedCommand command, byte[] bytes, boolean rerouted) {}
