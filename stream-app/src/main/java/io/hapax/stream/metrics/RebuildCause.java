package io.hapax.stream.metrics;

/** The cause for which a store begins empty and is built from its changelog. */
public enum RebuildCause {
    /** Nothing was there: the task is new to this instance, or its folder was removed or emptied. */
    EMPTY,
    /** The store was not closed in order: the process was killed, or a fault ended its thread. */
    NOT_CLOSED,
    /** The folder is not as it was left, or could not be read. It is put aside. */
    DAMAGED
}
