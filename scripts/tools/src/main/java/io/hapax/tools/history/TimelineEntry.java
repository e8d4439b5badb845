package io.hapax.tools.history;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One event in the life of a payment.
 *
 * @param time append time by the broker's clock. An answer has the time of the command that it answers.
 * @param place topic, partition and offset, or table
 */
public record TimelineEntry(Instant time, Stage stage, String place, String what) {
    /** The order of a payment's journey: by time, then by stage. */
    public static final Comparator<TimelineEntry> IN_ORDER = Comparator.comparing(TimelineEntry::time)
            .thenComparing(TimelineEntry::stage)
            .thenComparing(TimelineEntry::place);

    /** The stages of the journey, in its order. */
    public enum Stage {
        /** The reservation that a capture or voiding names. */
        RESERVATION,
        COMMAND,
        RETRY,
        DEAD_LETTER,
        REROUTED,
        EVENT,
        POSTING,
        OUTCOME,
        DECISION,
        SETTLEMENT,
        /** A capture or voiding that names the reservation, under a key of its own. */
        STEP,
        /** What ended the reservation. */
        END
    }

    /** The parts that are not null, with a space between them. */
    static String words(@Nullable Object... parts) {
        return String.join(
                " ",
                Stream.of(parts).filter(Objects::nonNull).map(String::valueOf).toList());
    }
}
