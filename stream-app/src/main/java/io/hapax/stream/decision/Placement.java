package io.hapax.stream.decision;

import io.hapax.topics.PaymentKey;
import java.util.function.ToIntFunction;

/** Whether a command has come to the task in which all commands of its key meet. */
public enum Placement {
    /** It has. */
    HERE,
    /** It has not, since its producer partitions otherwise: send it on. */
    ELSEWHERE,
    /** It was sent on before and is wrong again, which no command of ours can be: a forgery, or partitions were added. */
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
}
