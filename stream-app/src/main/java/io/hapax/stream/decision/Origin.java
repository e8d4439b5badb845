package io.hapax.stream.decision;

/**
 * Where a command lies: its partition and offset in {@code payment-commands}, also when it was rerouted since. Names the
 * command for ever, so that one read again is recognised as itself.
 */
public record Origin(int partition, long offset) {}
