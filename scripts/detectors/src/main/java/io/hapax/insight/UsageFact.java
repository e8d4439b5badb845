package io.hapax.insight;

import java.util.List;

/**
 * One command and what was decided on it, as far as it tells how keys are used.
 *
 * @param atMs the broker's time of the command, epoch milliseconds
 * @param firstSeenAtMs when its payment was first accepted; 0 where none is known
 * @param payload digest of what is to be paid; 0 where it is not known. The same payment has the same digest.
 * @param ownPartition whether the producer sent it to the partition of its key: tells producers with different
 *     partitioners apart
 * @param differing with {@link Kind#CONFLICT}: names of the fields that differ
 */
public record UsageFact(
        String clientId,
        String idempotencyKey,
        Kind kind,
        long atMs,
        long firstSeenAtMs,
        long payload,
        boolean ownPartition,
        List<String> differing) {

    /** The decision that was made on the command. */
    public enum Kind {
        /** Accepted and completed. */
        ACCEPTED(0),
        /** Accepted and failed. */
        FAILED(1),
        /** Accepted or recalled, and then found in the ledger: the key had been forgotten here. */
        CAUGHT_BY_LEDGER(2),
        REPLAYED(3),
        IN_FLIGHT(4),
        CONFLICT(5),
        EXPIRED(6),
        INVALID(7);

        static final int COUNT = values().length;

        /** Place of its counter in what is saved: fixed for ever. */
        private final int place;

        Kind(int place) {
            this.place = place;
        }

        int place() {
            return place;
        }

        /** True when the key was used for the first time. */
        boolean isFirst() {
            return this == ACCEPTED || this == FAILED;
        }

        /** True when the key had been forgotten before it came again. */
        boolean isTooLate() {
            return this == EXPIRED || this == CAUGHT_BY_LEDGER;
        }
    }

    /** The time in milliseconds from the acceptance of the payment to this command. */
    long ageMs() {
        return firstSeenAtMs == 0 ? 0 : atMs - firstSeenAtMs;
    }
}
