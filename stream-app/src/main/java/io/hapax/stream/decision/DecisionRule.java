package io.hapax.stream.decision;

import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decision table for commands that break no rule. Checks run in this order, and the first that holds is the answer:
 *
 * <ol>
 *   <li>key known, and this is the accepted command itself, read again: {@link Decision.Redelivered} or
 *       {@link Decision.AlreadySettled}
 *   <li>key known, payload different, and neither of both a cancel: {@link Decision.Conflict}
 *   <li>key known, pending: {@link Decision.InFlight}
 *   <li>key known, settled: {@link Decision.Replayed}
 *   <li>key that the ledger refused ({@link TakenKey}), or a cancel that came too late (and this is none): treated as
 *       unknown, since what stands under it is not known here
 *   <li>key unknown, first sent too long ago: {@link Decision.Recalled} if the policy lets it be looked up and a new
 *       payment would break no rule, else {@link Decision.Expired}
 *   <li>key unknown, and a rule for new payments broken: {@link Decision.Invalid}
 *   <li>key unknown: {@link Decision.Accepted}
 * </ol>
 */
public final class DecisionRule {
    private final RetentionSchedule policy;

    public DecisionRule(RetentionSchedule policy) {
        this.policy = policy;
    }

    /** Decides on a command, given what is stored under its key (null: nothing). */
    public Decision decide(Command command, @Nullable IdempotencyRecord stored, Now now) {
        return switch (stored) {
            case Pending pending -> decideOnPending(command, pending, now);
            case Settled settled
            when now.streamTime().isBefore(policy.expiresAt(settled.settledAt())) ->
                decideOnSettled(command, settled, now);
            case TakenKey refused
            when command.origin().equals(refused.first().origin()) -> new Decision.AlreadySettled();
            case null, default -> decideOnUnknown(command, now);
        };
    }

    private Decision decideOnPending(Command command, Pending pending, Now now) {
        if (command.origin().equals(pending.first().origin())) {
            return new Decision.Redelivered(pending);
        }
        List<PayloadField> differing = differences(command, pending);
        if (!differing.isEmpty() && !isAboutACancel(command, pending)) {
            return new Decision.Conflict(pending, differing);
        }
        Pending inquiry = pending.leaseRanOut(now.systemTime())
                ? pending.withLeaseUntil(policy.nextInquiry(pending.first().seenAt(), now.systemTime()))
                : null;
        return new Decision.InFlight(pending, inquiry);
    }

    private Decision decideOnSettled(Command command, Settled settled, Now now) {
        if (command.origin().equals(settled.first().origin())) {
            return new Decision.AlreadySettled();
        }
        if (isAboutACancel(command, settled)) {
            // What a cancel came too late for is known by its end, and not by its payload.
            return command.isCancel() || settled.result().isCancelled()
                    ? new Decision.Replayed(settled)
                    : decideOnUnknown(command, now);
        }
        List<PayloadField> differing = differences(command, settled);
        return differing.isEmpty() ? new Decision.Replayed(settled) : new Decision.Conflict(settled, differing);
    }

    private Decision decideOnUnknown(Command command, Now now) {
        Instant firstSentAt = command.firstSentAt();
        Violation refusedIfNew = command.refusedIfNew();
        if (firstSentAt == null || !policy.mayBeForgotten(firstSentAt, now.streamTime())) {
            return refusedIfNew == null
                    ? new Decision.Accepted(pending(command, 1, now))
                    : new Decision.Invalid(refusedIfNew);
        }
        // What the ledger does not know would be paid as new: so nothing is looked up that may not be.
        return refusedIfNew == null && policy.recalls(firstSentAt, now.streamTime())
                ? new Decision.Recalled(pending(command, 0, now))
                : new Decision.Expired();
    }

    private Pending pending(Command command, int attempt, Now now) {
        AcceptedCommand first =
                new AcceptedCommand(PayloadDigest.of(command.payload()), now.streamTime(), command.origin(), attempt);
        return new Pending(
                first, command.key(), command.payload(), now.systemTime().plus(policy.lease()), command.guard());
    }

    private static boolean isAboutACancel(Command command, IdempotencyRecord known) {
        return command.isCancel() || known.first().isCancel();
    }

    private static List<PayloadField> differences(Command command, IdempotencyRecord known) {
        return known.first().digest().differences(PayloadDigest.of(command.payload()));
    }
}
