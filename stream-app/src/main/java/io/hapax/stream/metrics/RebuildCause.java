package io.hapax.stream.metrics;

/** The cause for which a store begins empty and is built from its changelog. */
public enum RebuildCause {
    /** Nothing was there: the task is new to this instance, or its folder was removed or emptied. */
    EMPTY,
    /** The folder does not say how much of the changelog it holds: a version before left it without closing it. */
    NO_OFFSET,
    /** The folder is so old that the changelog may have forgotten what was deleted since. */
    OUTDATED,
    /** The folder is not as it was left, or could not be read. It is put aside. */
    DAMAGED
}
