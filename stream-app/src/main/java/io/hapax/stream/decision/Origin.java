package io.hapax.stream.decision;

/**
 * The place of a command: its partition and offset in {@code payment-commands}. It stays the same when the command is
 * rerouted. It names the command for ever, so that one read again is recognised as itself.
 */
public record Origin(int partition, long offset) {}
