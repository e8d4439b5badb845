package io.hapax.stream.wire;

import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelFound;
import io.hapax.schemas.CancelVerdict;
import io.hapax.schemas.CancelledStep;
import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.Violation;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mapping of answers to cancels to Avro. */
public final class CancelDecisions {
    private CancelDecisions() {}

    /** @param policy that was followed; tells until when an answer is kept */
    public static CancelDecision decision(Answer answer, RetentionSchedule policy) {
        return switch (answer.verdict()) {
            case Answer.Verdict.Invalid(var violations) ->
                decision(answer, Decisions.cut(answer.key()), CancelVerdict.INVALID)
                        .setViolations(violations.stream().map(Violation::name).toList())
                        .build();
            case Answer.Verdict.InFlight(var pending) ->
                known(decision(answer, policy, CancelVerdict.IN_FLIGHT), answer, pending)
                        .build();
            case Answer.Verdict.Replayed(var settled) -> answered(answer, policy, settled);
            case Answer.Verdict.SettledNow(var settled) -> answered(answer, policy, settled);
            case Answer.Verdict.SettledUnrecorded(var result) ->
                found(decision(answer, policy, CancelVerdict.ANSWERED), result, Asked.Kind.CANCEL)
                        .build();
            case Answer.Verdict.Conflict conflict ->
                throw new IllegalArgumentException("a cancel differs from nothing");
            case Answer.Verdict.Expired expired -> throw new IllegalArgumentException("a cancel is never too late");
        };
    }

    private static CancelDecision answered(Answer answer, RetentionSchedule policy, Settled settled) {
        CancelDecision.Builder decision = found(
                decision(answer, policy, CancelVerdict.ANSWERED),
                settled.result(),
                settled.first().digest().asked().kind());
        return known(decision, answer, settled)
                .setExpiresAt(policy.expiresAt(settled.settledAt()))
                .setLedgerKnewSince(settled.ledgerKnewSince())
                .build();
    }

    private static CancelDecision.Builder decision(Answer answer, RetentionSchedule policy, CancelVerdict verdict) {
        return decision(answer, answer.key(), verdict)
                .setPaymentId(answer.paymentId())
                .setPolicy(Decisions.followed(policy));
    }

    private static CancelDecision.Builder decision(Answer answer, PaymentKey key, CancelVerdict verdict) {
        return CancelDecision.newBuilder()
                .setCancelVerdict(verdict)
                .setClientId(key.clientId())
                .setIdempotencyKey(key.idempotencyKey())
                .setViolations(List.of())
                .setDecidedAt(answer.decidedAt())
                .setCommandPartition(answer.command().partition())
                .setCommandOffset(answer.command().offset());
    }

    private static CancelDecision.Builder known(
            CancelDecision.Builder decision, Answer answer, IdempotencyRecord known) {
        LogPosition original = Decisions.original(answer, known);
        return decision.setFirstSeenAt(known.first().seenAt())
                .setOriginalPartition(original == null ? null : original.partition())
                .setOriginalOffset(original == null ? null : original.offset());
    }

    /** @param of whose result it is */
    private static CancelDecision.Builder found(CancelDecision.Builder decision, Result result, Asked.Kind of) {
        return switch (result) {
            case Result.Completed completed ->
                decision.setFound(CancelFound.COMPLETED).setStep(step(of));
            case Result.DoneBefore(var kind) ->
                decision.setFound(CancelFound.COMPLETED).setStep(step(kind));
            case Result.Failed failed when failed.isCancelled() -> decision.setFound(CancelFound.CANCELLED);
            case Result.Failed failed ->
                decision.setFound(CancelFound.FAILED)
                        .setFailureReason(failed.reason())
                        .setFailedAccount(failed.account());
        };
    }

    private static @Nullable CancelledStep step(Asked.Kind kind) {
        return switch (kind) {
            case PAYMENT -> CancelledStep.PAYMENT;
            case RESERVE -> CancelledStep.RESERVE;
            case CAPTURE -> CancelledStep.CAPTURE;
            case VOID -> CancelledStep.VOID;
            case CANCEL -> throw new IllegalArgumentException("a cancel completes nothing");
        };
    }
}
