package io.hapax.stream.decision;

import java.time.Duration;
import java.time.Instant;

/**
 * How long things are remembered.
 *
 * @param retention how long an answer is kept after the settlement
 * @param allowedSkew how far a client's clock may be ahead of the broker's
 * @param lease how long a payment may be pending before the ledger is asked
 */
public record DecisionPolicy(Duration retention, Duration allowedSkew, Duration lease) {
    /** Retention at least. */
    public static final Duration MIN_RETENTION = Duration.ofMinutes(5);

    /** Retention at most. */
    public static final Duration MAX_RETENTION = Duration.ofDays(45);

    public DecisionPolicy {
        if (retention.compareTo(allowedSkew) <= 0) {
            throw new IllegalArgumentException(
                    "retention " + retention + " must be longer than the allowed skew " + allowedSkew);
        }
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
