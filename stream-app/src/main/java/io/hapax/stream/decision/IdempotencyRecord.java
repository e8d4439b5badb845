package io.hapax.stream.decision;

import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one idempotency key: PENDING, settled as COMPLETED or FAILED, or refused by the ledger. A cancel is
 * pending and settled like a payment.
 */
public sealed interface IdempotencyRecord {
    /** The command that was accepted under this key. */
    AcceptedCommand first();

    /**
     * The accepted command, or the recalled one.
     *
     * @param digest of its payload
     * @param seenAt when it was accepted or recalled, by stream time
     * @param origin where it lies
     * @param attempt POSTs emitted so far; 0 while the ledger is asked about an old key, and for good if it knew the
     *     payment
     */
    record AcceptedCommand(PayloadDigest digest, Instant seenAt, LogPosition origin, int attempt) {
        /** True when the ledger was told to post the payment. False when it was only asked. */
        public boolean isPosted() {
            return attempt > 0;
        }

        /** True when it asked that nothing be done under the key. */
        public boolean isCancel() {
            return digest.asked().isCancel();
        }

        AcceptedCommand nextAttempt() {
            return new AcceptedCommand(digest, seenAt, origin, attempt + 1);
        }
    }

    /**
     * A payment that is accepted or recalled, and not settled. It is known at any age: a pending payment never
     * expires.
     *
     * @param key whose payment it is
     * @param payload all that is needed to post it again
     * @param leaseUntil when to ask the ledger, by the process's clock
     * @param guard that it is posted with
     */
    record Pending(AcceptedCommand first, PaymentKey key, Payload payload, Instant leaseUntil, Guard guard)
            implements IdempotencyRecord {
        /** A payment that nothing guards. */
        public Pending(AcceptedCommand first, PaymentKey key, Payload payload, Instant leaseUntil) {
            this(first, key, payload, leaseUntil, Guard.NONE);
        }

        boolean leaseRanOut(Instant systemTime) {
            return !systemTime.isBefore(leaseUntil);
        }

        Pending withLeaseUntil(Instant until) {
            return new Pending(first, key, payload, until, guard);
        }

        Pending nextAttempt(Instant until) {
            return new Pending(first.nextAttempt(), key, payload, until, guard);
        }
    }

    /**
     * A payment that is settled for good.
     *
     * @param settledAt stream time of the settlement; the answer is kept for the retention from then on
     * @param outcomeOffset where the outcome lies in this task's partition of {@code ledger-outcomes}
     * @param result what every retry is answered
     * @param ledgerKnewSince when the payment was first accepted, if that was by an earlier command that was
     *     forgotten here; null as a rule
     */
    record Settled(
            AcceptedCommand first,
            Instant settledAt,
            long outcomeOffset,
            Result result,
            @Nullable Instant ledgerKnewSince)
            implements IdempotencyRecord {
        public Settled(AcceptedCommand first, Instant settledAt, long outcomeOffset, Result result) {
            this(first, settledAt, outcomeOffset, result, null);
        }

        /** The time at which the payment was accepted: by this command, or by the one that the ledger still knew. */
        public Instant acceptedAt() {
            return ledgerKnewSince == null ? first.seenAt() : ledgerKnewSince;
        }
    }

    /**
     * A payment that was accepted or recalled, and then refused by the ledger. The ledger knows the key from before
     * it was forgotten here, with another payload. This record is kept only to recognise the command and the outcome
     * when they are read again. To every other command the key is unknown, so that its true owner is not held against
     * a stranger's payload.
     *
     * @param refusedAt stream time of the refusal
     * @param outcomeOffset where the outcome lies in this task's partition of {@code ledger-outcomes}
     * @param differing names of the fields in which the payload differs from the payment in the ledger
     */
    record TakenKey(AcceptedCommand first, Instant refusedAt, long outcomeOffset, List<String> differing)
            implements IdempotencyRecord {}
}
