package io.hapax.stream.decision;

import java.time.Duration;
import java.time.Instant;

/**
 * How long things are remembered.
 *
 * @param retention how long an answer is kept after the settlement
 * @param allowedSkew how far a client's clock may be ahead of the broker's
 * @param lease how long a payment may be pending before the ledger is asked, and between two inquiries at least
 */
public record DecisionPolicy(Duration retention, Duration allowedSkew, Duration lease) {
    /** Retention at least. */
    public static final Duration MIN_RETENTION = Duration.ofMinutes(5);

    /** Retention at most. */
    public static final Duration MAX_RETENTION = Duration.ofDays(45);

    /** Between two inquiries about one payment at most, unless the lease is longer. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    /** An inquiry is given as long as a quarter of the time for which the payment has been pending. */
    private static final int SHARE_OF_AGE = 4;

    public DecisionPolicy {
        if (retention.compareTo(allowedSkew) <= 0) {
            throw new IllegalArgumentException(
                    "retention " + retention + " must be longer than the allowed skew " + allowedSkew);
        }
    }

    /**
     * When to ask again, if the inquiry made now gets no answer. The longer a payment has been pending, the less often: a
     * ledger that comes back after hours has enough to do, and what it is asked stays in its log.
     */
    Instant nextInquiry(Instant pendingSince, Instant systemTime) {
        Duration grown = Duration.between(pendingSince, systemTime).dividedBy(SHARE_OF_AGE);
        Duration bounded = grown.compareTo(LONGEST_WAIT) < 0 ? grown : LONGEST_WAIT;
        return systemTime.plus(bounded.compareTo(lease) > 0 ? bounded : lease);
    }

    /**
     * Whether an unknown key first sent then may be one that was accepted and forgotten.
     *
     * <p>A key is forgotten at the earliest one retention after it was accepted, and was accepted at the earliest one
     * allowed skew before it was sent. So a forgotten key was first sent at or before {@code now - retention + skew}; the
     * equal case counts, hence "not after".
     */
    boolean mayBeForgotten(Instant firstSentAt, Instant now) {
        return !firstSentAt.isAfter(now.minus(retention).plus(allowedSkew));
    }
}
