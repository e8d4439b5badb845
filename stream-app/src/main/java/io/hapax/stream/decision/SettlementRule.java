package io.hapax.stream.decision;

import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rule that settles payments by the ledger's outcomes, and asks the ledger when no outcome comes in time. */
public final class SettlementRule {
    private final RetentionSchedule policy;

    public SettlementRule(RetentionSchedule policy) {
        this.policy = policy;
    }

    /** Settles a payment, given what is stored under its key (null: nothing). */
    public Settlement settle(Outcome outcome, OutcomeSource source, @Nullable IdempotencyRecord stored, Now now) {
        return switch (stored) {
            case Pending pending
            when isFor(outcome, source, pending) -> settlePending(outcome, source.offset(), pending, now);
            case Settled settled
            when isFor(outcome, source, settled) && settled.outcomeOffset() == source.offset() ->
                new Settlement.AnswersAgain(settled);
            case TakenKey refused
            when isFor(outcome, source, refused) && refused.outcomeOffset() == source.offset() ->
                new Settlement.AnswersAgain(refused);
            case null -> settleNothing(outcome, source, now);
            default -> new Settlement.Ignored();
        };
    }

    /** The record to ask the ledger about, with a new lease, when the payment has been pending for too long. */
    public Optional<Pending> inquire(Pending pending, Now now) {
        return pending.leaseRanOut(now.systemTime())
                ? Optional.of(pending.withLeaseUntil(
                        policy.nextInquiry(pending.first().seenAt(), now.systemTime())))
                : Optional.empty();
    }

    private Settlement settlePending(Outcome outcome, long offset, Pending pending, Now now) {
        return switch (outcome) {
            case Outcome.Resolved dealt ->
                new Settlement.Settles(new Settled(
                        pending.first(), now.streamTime(), offset, dealt.result(), knownBefore(dealt, pending)));
            case Outcome.KeyTaken taken ->
                new Settlement.Refuses(new TakenKey(pending.first(), now.streamTime(), offset, taken.differing()));
            case Outcome.NotFound notFound
            when notFound.attempt() == pending.first().attempt() ->
                new Settlement.PostsAgain(pending.nextAttempt(now.systemTime().plus(policy.lease())));
            case Outcome.NotFound overtaken -> new Settlement.Ignored();
        };
    }

    /**
     * Since when the ledger knew the payment, if it did before this command was accepted: then the key had been
     * forgotten here.
     */
    private static @Nullable Instant knownBefore(Outcome.Resolved dealt, Pending pending) {
        Instant acceptedAt = dealt.acceptedAt();
        return acceptedAt != null && acceptedAt.isBefore(pending.first().seenAt()) ? acceptedAt : null;
    }

    /**
     * A payment is pending until it is settled and then remembered for the retention, so while the retention since
     * its event runs, a missing record is a lost one and the command waits for its answer. Afterwards it was
     * forgotten in due time, and the outcome is a repetition.
     */
    private Settlement settleNothing(Outcome outcome, OutcomeSource source, Now now) {
        boolean forgotten = policy.mayBeForgottenIfSettledSince(source.eventTime(), now.streamTime());
        return outcome instanceof Outcome.NotFound || forgotten
                ? new Settlement.Ignored()
                : new Settlement.AnswersWithoutRecord(outcome);
    }

    /**
     * An outcome of an earlier sighting of the key, long forgotten, must not settle this one. Nor must one that tells
     * of something else: that money was held does not tell that it moved.
     */
    private static boolean isFor(Outcome outcome, OutcomeSource source, IdempotencyRecord known) {
        AcceptedCommand first = known.first();
        return outcome.command().equals(first.origin())
                && source.asked() == first.digest().asked().kind();
    }
}
