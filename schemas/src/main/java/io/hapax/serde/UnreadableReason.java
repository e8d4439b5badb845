package io.hapax.serde;

/** The reason why bytes could not be read. The constant's name is the stable code in the headers of a dead letter. */
public enum UnreadableReason {
    /** There is no value: a tombstone where none has a meaning. */
    NULL_VALUE,
    /** Longer than anything of ours can be. */
    TOO_LARGE,
    /** Shorter than the 5 bytes of magic and schema id. */
    TOO_SHORT,
    /** The first byte is not zero: not Confluent's wire format. */
    WRONG_MAGIC,
    /** The registry knows no Avro schema with this id. */
    UNKNOWN_SCHEMA,
    /** The writer's schema cannot be read as the type that belongs here. */
    WRONG_SCHEMA,
    /** The bytes end early, hold an impossible value, or go on after the end. */
    MALFORMED,
    /** Headers of a rerouted command that do not say where it came from. */
    NO_ORIGIN,
    /** A rerouted command on the wrong partition once more: somebody else wrote it, or partitions were added. */
    MISPLACED
}
