package io.hapax.tools.explain;

import java.time.Instant;
import java.util.Comparator;

/**
 * One thing that happened to a payment.
 *
 * @param time by the broker's clock: of all but an answer, that of the command they follow from
 * @param place topic, partition and offset, or table
 */
public record Moment(Instant time, Stage stage, String place, String what) {
    /** As the journey goes. */
    static final Comparator<Moment> IN_ORDER =
            Comparator.comparing(Moment::time).thenComparing(Moment::stage).thenComparing(Moment::place);

    /** The stages of the journey, in its order. */
    public enum Stage {
        COMMAND,
        RETRY,
        DEAD_LETTER,
        REROUTED,
        EVENT,
        POSTING,
        OUTCOME,
        DECISION,
        SETTLEMENT
    }
}
