package io.hapax.stream.decision;

import io.hapax.topics.PaymentKey;
import java.util.function.ToIntFunction;

/** The placement of a command: it is at the task in which all commands of its key meet, or it is not. */
public enum Placement {
    /** The command is at that task. */
    HERE,
    /** The command is at another task, since its producer partitions otherwise. It is sent on. */
    ELSEWHERE,
    /**
     * The command was sent on before and is wrong again, which no command of ours can be: a forgery, or partitions
     * were added.
     */
    MISPLACED;

    /**
     * Places a command.
     *
     * @param partition where it was found
     * @param rerouted whether it was sent on before
     * @param partitionOf the one partition of each key
     */
    public static Placement of(PaymentKey key, int partition, boolean rerouted, ToIntFunction<PaymentKey> partitionOf) {
        if (partitionOf.applyAsInt(key) == partition) {
            return HERE;
        }
        return rerouted ? MISPLACED : ELSEWHERE;
    }

    /**
     * The time at which a command that was sent on reached us: the earlier of two brokers' times. As a rule that is
     * the time of the original, so a backlog is judged by when it came. Where the clock of the broker that stamped
     * the original is ahead, it is the time of the copy: a wrong clock does not reach the tasks of other partitions.
     * Both times are stored, so a replay decides the same.
     *
     * @param appendedMs when the original was appended, by the broker of the partition on which it was found
     * @param sentOnMs when the copy was appended, by the broker of its own partition
     */
    public static long timeOfReroute(long appendedMs, long sentOnMs) {
        return Math.min(appendedMs, sentOnMs);
    }
}
