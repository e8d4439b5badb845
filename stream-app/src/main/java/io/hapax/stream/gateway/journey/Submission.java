package io.hapax.stream.gateway.journey;

/** The state of a command at the end of the time that its request waits. */
public sealed interface Submission {
    /** It is decided. */
    record Answered(Decided decision) implements Submission {}

    /** Kafka has it, for good, and it is not decided yet. */
    record Undecided() implements Submission {}

    /** Kafka did not confirm in time that it has it. It may have it all the same. */
    record Unconfirmed() implements Submission {}
}
