package io.hapax.stream.decision;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The retention that one task follows for one client, with its earlier changes.
 *
 * <p>The retention may change. A change holds from a moment of the task's stream time on, for what is settled from
 * then on; what was settled before keeps the retention it was settled under. The same list of changes says which keys
 * are known and which are refused as too old, so that whatever it says, a key that is forgotten is refused; see
 * docs/decisions/6.
 *
 * <p>Instead of being refused, such a key may be looked up in the ledger, which forgets nothing; see docs/decisions/9.
 *
 * @param retention how long an answer is kept after a settlement now
 * @param allowedSkew how far a client's clock may be ahead of the broker's
 * @param lease how long a payment may be pending before the ledger is asked, and between two inquiries at least
 * @param changes of the terms, oldest first; what was first sent before the oldest, less the skew, may be forgotten
 */
public record RetentionSchedule(Duration retention, Duration allowedSkew, Duration lease, List<Change> changes) {
    /** Retention at least. */
    public static final Duration MIN_RETENTION = Duration.ofMinutes(5);

    /** Retention at most. */
    public static final Duration MAX_RETENTION = Duration.ofDays(45);

    /** Recall at most. */
    public static final Duration MAX_RECALL = MAX_RETENTION;

    /** Between two inquiries about one payment at most, unless the lease is longer. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    /** An inquiry is given as long as a quarter of the time for which the payment has been pending. */
    private static final int SHARE_OF_AGE = 4;

    /**
     * The terms that a policy asks for.
     *
     * @param retention how long an answer is kept after a settlement
     * @param recall the age of an unknown key, since it was first sent, below which it is looked up in the ledger if it
     *     may be forgotten; zero: all such keys are refused
     */
    public record Terms(Duration retention, Duration recall) {
        /** A retention, and what may be forgotten is refused. */
        public static Terms of(Duration retention) {
            return new Terms(retention, Duration.ZERO);
        }
    }

    /**
     * @param from the first moment of stream time at which a settlement is kept for this retention, and keys are
     *     recalled by this recall
     * @param by whose policy it was
     */
    public record Change(Instant from, Terms terms, PolicyScope.Kind by) {
        public Duration retention() {
            return terms.retention();
        }

        /** The earliest time at which something is forgotten that was settled then or later, under this retention. */
        private Instant firstForgotten(Instant settledAtOrAfter) {
            return max(settledAtOrAfter, from).plus(retention());
        }
    }

    /** A retention that was always the same, and is longer than the skew. */
    public RetentionSchedule(Duration retention, Duration allowedSkew, Duration lease) {
        this(
                longerThan(allowedSkew, retention),
                allowedSkew,
                lease,
                List.of(new Change(Instant.EPOCH, Terms.of(retention), PolicyScope.Kind.SETTINGS)));
    }

    /**
     * A retention that was followed before may be no longer than a skew that was allowed since. It was promised, and
     * is kept.
     */
    public RetentionSchedule {
        if (!changes.getLast().retention().equals(retention)) {
            throw new IllegalArgumentException("the retention is " + retention + ", by its last change " + changes);
        }
        changes = List.copyOf(changes);
    }

    /**
     * Other terms: another retention for what is settled after now, another recall for what comes after now. Changes
     * that nothing depends on any more are left out.
     *
     * @param by whose policy it is
     * @param now stream time of the task
     */
    public RetentionSchedule withTerms(Terms next, PolicyScope.Kind by, Instant now) {
        if (next.equals(terms()) && by == by()) {
            return this;
        }
        List<Change> kept = new ArrayList<>(changes);
        // All that was settled before the second change is forgotten, and what was sent before it is refused all the
        // same.
        while (kept.size() > 1
                && !kept.get(1).from().plus(kept.getFirst().retention()).isAfter(now)) {
            kept.removeFirst();
        }
        // After a crash that the store outlived, a change may lie ahead of the task's clock.
        Instant from = max(now.plusMillis(1), kept.getLast().from());
        if (kept.size() > 1 && kept.getLast().from().equals(from)) {
            // Nothing was settled under it.
            kept.removeLast();
        }
        kept.add(new Change(from, next, by));
        return new RetentionSchedule(longerThan(allowedSkew, next.retention()), allowedSkew, lease, kept);
    }

    private static Duration longerThan(Duration allowedSkew, Duration retention) {
        if (retention.compareTo(allowedSkew) <= 0) {
            throw new IllegalArgumentException(
                    "retention " + retention + " must be longer than the allowed skew " + allowedSkew);
        }
        return retention;
    }

    /** The terms that are followed now. */
    public Terms terms() {
        return changes.getLast().terms();
    }

    /** The kind of scope whose policy is followed now. */
    public PolicyScope.Kind by() {
        return changes.getLast().by();
    }

    /** Until when what was settled then is known. */
    public Instant expiresAt(Instant settledAt) {
        return settledAt.plus(changeAt(settledAt).retention());
    }

    /** The change in force then: how long what was settled then is known, and by whose policy. */
    public Change changeAt(Instant streamTime) {
        for (int i = changes.size() - 1; i > 0; i--) {
            if (!streamTime.isBefore(changes.get(i).from())) {
                return changes.get(i);
            }
        }
        return changes.getFirst();
    }

    /**
     * The acceptance horizon: an unknown key first sent then or before is not accepted now, but refused or looked up;
     * one sent after it is accepted.
     */
    public Instant horizon(Instant now) {
        Instant settled = changes.getFirst().from().minusMillis(1);
        for (int i = 0; i < changes.size(); i++) {
            Instant forgotten = now.minus(changes.get(i).retention());
            if (!forgotten.isBefore(changes.get(i).from())) {
                Instant last =
                        i + 1 < changes.size() ? changes.get(i + 1).from().minusMillis(1) : forgotten;
                Instant refused = forgotten.isBefore(last) ? forgotten : last;
                settled = refused.isAfter(settled) ? refused : settled;
            }
        }
        return settled.plus(allowedSkew);
    }

    /** An unknown key first sent then or before is refused now: neither accepted nor looked up. */
    public Instant refusedUntil(Instant now) {
        Instant horizon = horizon(now);
        Instant recalledAfter = now.minus(changeAt(now).terms().recall());
        return recalledAfter.isBefore(horizon) ? recalledAfter : horizon;
    }

    /** True when a key that may be forgotten is looked up in the ledger, not refused: it is younger than the recall. */
    boolean recalls(Instant firstSentAt, Instant now) {
        Duration recall = changeAt(now).terms().recall();
        return !recall.isZero() && firstSentAt.isAfter(now.minus(recall));
    }

    /**
     * The time at which to ask again, if the inquiry made now gets no answer. The longer a payment has been pending,
     * the less often it is asked about. A ledger that comes back after hours has enough to do, and each inquiry stays
     * in its log.
     */
    Instant nextInquiry(Instant pendingSince, Instant systemTime) {
        Duration grown = Duration.between(pendingSince, systemTime).dividedBy(SHARE_OF_AGE);
        Duration bounded = grown.compareTo(LONGEST_WAIT) < 0 ? grown : LONGEST_WAIT;
        return systemTime.plus(bounded.compareTo(lease) > 0 ? bounded : lease);
    }

    /**
     * True when an unknown key that was first sent then may have been accepted and forgotten.
     *
     * <p>A key was settled after it was accepted, and accepted at the earliest one allowed skew before it was sent.
     * So it may be forgotten if anything settled at {@code firstSentAt - skew} or later is forgotten by now.
     */
    boolean mayBeForgotten(Instant firstSentAt, Instant now) {
        return mayBeForgottenIfSettledSince(firstSentAt.minus(allowedSkew), now);
    }

    /**
     * True when a payment that was settled then or later may be forgotten by now. The moment of forgetting counts as
     * forgotten.
     */
    boolean mayBeForgottenIfSettledSince(Instant settledAtOrAfter, Instant now) {
        if (settledAtOrAfter.isBefore(changes.getFirst().from())) {
            return true;
        }
        for (int i = 0; i < changes.size(); i++) {
            boolean ended = i + 1 < changes.size()
                    && !settledAtOrAfter.isBefore(changes.get(i + 1).from());
            if (!ended && !changes.get(i).firstForgotten(settledAtOrAfter).isAfter(now)) {
                return true;
            }
        }
        return false;
    }

    private static Instant max(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }
}
