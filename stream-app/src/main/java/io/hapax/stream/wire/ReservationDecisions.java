package io.hapax.stream.wire;

import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationStatus;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.ReservationVerdict;
import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Reservation;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.Violation;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mapping of answers to reservations, captures and voidings to Avro. */
public final class ReservationDecisions {
    private ReservationDecisions() {}

    /** @param policy that was followed; tells until when an answer is kept */
    public static ReservationDecision decision(Answer answer, RetentionSchedule policy) {
        return switch (answer.verdict()) {
            case Answer.Verdict.Invalid(var violations) -> invalid(answer, violations);
            case Answer.Verdict.Conflict(var known, var differing) ->
                decision(answer, policy, ReservationVerdict.CONFLICT, null, differing, known);
            case Answer.Verdict.InFlight(var pending) ->
                decision(answer, policy, ReservationVerdict.IN_FLIGHT, null, List.of(), pending);
            case Answer.Verdict.Replayed(var settled) ->
                decision(answer, policy, ReservationVerdict.REPLAYED, settled.result(), List.of(), settled);
            case Answer.Verdict.Expired() ->
                decision(answer, policy, ReservationVerdict.EXPIRED, null, List.of(), null);
            case Answer.Verdict.SettledNow(var settled) ->
                decision(answer, policy, ReservationVerdict.SETTLED, settled.result(), List.of(), settled);
            case Answer.Verdict.SettledUnrecorded(var result) ->
                decision(answer, policy, ReservationVerdict.SETTLED, result, List.of(), null);
        };
    }

    /** All texts are cut to what a valid command can hold, as in {@link Decisions}. */
    private static ReservationDecision invalid(Answer answer, List<Violation> violations) {
        PaymentKey key = Decisions.cut(answer.key());
        String reservationKey = answer.asked().reservationKey();
        return new ReservationDecision(
                key.clientId(),
                key.idempotencyKey(),
                step(answer.asked()),
                reservationKey == null ? null : Decisions.cut(reservationKey, CommandCheck.MAX_IDEMPOTENCY_KEY),
                null,
                ReservationVerdict.INVALID,
                null,
                null,
                null,
                violations.stream().map(Violation::name).toList(),
                List.of(),
                null,
                null,
                null,
                answer.decidedAt(),
                answer.command().partition(),
                answer.command().offset(),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static ReservationDecision decision(
            Answer answer,
            RetentionSchedule policy,
            ReservationVerdict verdict,
            @Nullable Result result,
            List<String> differing,
            @Nullable IdempotencyRecord known) {
        LogPosition original = Decisions.original(answer, known);
        Settled settled = known instanceof Settled ended ? ended : null;
        return new ReservationDecision(
                answer.key().clientId(),
                answer.key().idempotencyKey(),
                step(answer.asked()),
                answer.asked().reservationKey(),
                answer.paymentId(),
                verdict,
                status(result),
                result instanceof Result.Failed failed ? failed.reason() : null,
                result instanceof Result.Failed failed ? failed.account() : null,
                List.of(),
                differing,
                Decisions.firstSeenAt(known),
                settled == null ? null : policy.expiresAt(settled.settledAt()),
                result == null ? null : heldUntil(settled),
                answer.decidedAt(),
                answer.command().partition(),
                answer.command().offset(),
                settled == null ? null : settled.ledgerKnewSince(),
                Decisions.followed(policy),
                Decisions.fingerprint(known),
                original == null ? null : original.partition(),
                original == null ? null : original.offset(),
                Decisions.isoStatus(answer, result),
                Decisions.isoReason(result));
    }

    /** Null unless money is held, and if what was held under the key is not remembered. */
    private static @Nullable Instant heldUntil(@Nullable Settled settled) {
        return settled != null
                        && settled.result() instanceof Result.Completed
                        && settled.first().digest().payload() instanceof Reservation reservation
                ? reservation.heldUntil(settled.acceptedAt())
                : null;
    }

    static ReservationStep step(Asked asked) {
        return switch (asked.kind()) {
            case RESERVE -> ReservationStep.RESERVE;
            case CAPTURE -> ReservationStep.CAPTURE;
            case VOID -> ReservationStep.VOID;
            case PAYMENT, CANCEL -> throw new IllegalArgumentException(asked + " is no step");
        };
    }

    private static @Nullable ReservationStatus status(@Nullable Result result) {
        return switch (result) {
            case null -> null;
            case Result.Completed completed -> ReservationStatus.COMPLETED;
            case Result.Failed failed -> ReservationStatus.FAILED;
            case Result.DoneBefore before -> throw new IllegalArgumentException("only a cancel comes too late");
        };
    }
}
