package io.hapax.stream.wire;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.PolicyFollowed;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IsoReason;
import io.hapax.stream.decision.IsoStatus;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.Violation;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mapping of answers to payments in one step to Avro. */
public final class Decisions {
    private Decisions() {}

    /** @param policy that was followed; tells until when an answer is kept */
    public static PaymentDecision decision(Answer answer, RetentionSchedule policy) {
        return switch (answer.verdict()) {
            case Answer.Verdict.Invalid(var violations) -> invalid(answer, violations);
            case Answer.Verdict.Conflict(var known, var differing) ->
                decision(answer, policy, Verdict.CONFLICT, null, differing, known);
            case Answer.Verdict.InFlight(var pending) ->
                decision(answer, policy, Verdict.IN_FLIGHT, null, List.of(), pending);
            case Answer.Verdict.Replayed(var settled) ->
                decision(answer, policy, Verdict.REPLAYED, settled.result(), List.of(), settled);
            case Answer.Verdict.Expired() -> decision(answer, policy, Verdict.EXPIRED, null, List.of(), null);
            case Answer.Verdict.SettledNow(var settled) ->
                decision(answer, policy, Verdict.SETTLED, settled.result(), List.of(), settled);
            case Answer.Verdict.SettledUnrecorded(var result) ->
                decision(answer, policy, Verdict.SETTLED, result, List.of(), null);
        };
    }

    /**
     * The client and key of an invalid command may be of any length: they are cut to what a valid one can hold, so
     * that the answer always fits into a record.
     */
    private static PaymentDecision invalid(Answer answer, List<Violation> violations) {
        PaymentKey key = cut(answer.key());
        return new PaymentDecision(
                key.clientId(),
                key.idempotencyKey(),
                null,
                Verdict.INVALID,
                null,
                null,
                null,
                violations.stream().map(Violation::name).toList(),
                List.of(),
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
                null,
                null,
                null,
                null);
    }

    /** Not by Avro's builder, which copies every default. */
    private static PaymentDecision decision(
            Answer answer,
            RetentionSchedule policy,
            Verdict verdict,
            @Nullable Result result,
            List<String> differing,
            @Nullable IdempotencyRecord known) {
        LogPosition original = original(answer, known);
        return new PaymentDecision(
                answer.key().clientId(),
                answer.key().idempotencyKey(),
                answer.paymentId(),
                verdict,
                status(result),
                result instanceof Result.Failed failed ? failed.reason() : null,
                result instanceof Result.Failed failed ? failed.account() : null,
                List.of(),
                differing,
                firstSeenAt(known),
                known instanceof Settled settled ? policy.expiresAt(settled.settledAt()) : null,
                answer.decidedAt(),
                answer.command().partition(),
                answer.command().offset(),
                null,
                known instanceof Settled settled ? settled.ledgerKnewSince() : null,
                followed(policy),
                fingerprint(known),
                original == null ? null : original.partition(),
                original == null ? null : original.offset(),
                result instanceof Result.Failed failed ? failed.duplicateOf() : null,
                null,
                isoStatus(answer, result),
                isoReason(result));
    }

    /** Null where nothing is said about a payment. */
    static @Nullable String isoStatus(Answer answer, @Nullable Result result) {
        if (result != null) {
            return IsoStatus.of(answer.asked().kind(), result).name();
        }
        return answer.verdict() instanceof Answer.Verdict.InFlight ? IsoStatus.PDNG.name() : null;
    }

    static @Nullable String isoReason(@Nullable Result result) {
        return result instanceof Result.Failed failed ? IsoReason.codeOf(failed.reason()) : null;
    }

    /** Null where no payment was accepted: of a cancel, there is none. */
    static @Nullable Instant firstSeenAt(@Nullable IdempotencyRecord known) {
        return known == null || known.first().isCancel() ? null : known.first().seenAt();
    }

    /** Null where no payment was accepted. */
    static @Nullable String fingerprint(@Nullable IdempotencyRecord known) {
        return known == null || known.first().isCancel()
                ? null
                : PayloadFingerprint.of(known.first().digest());
    }

    /** The place of the accepted command, if another one is answered. */
    static @Nullable LogPosition original(Answer answer, @Nullable IdempotencyRecord known) {
        return known == null || known.first().origin().equals(answer.command())
                ? null
                : known.first().origin();
    }

    /** Nothing while nothing was ever published. */
    static @Nullable PolicyFollowed followed(RetentionSchedule policy) {
        RetentionSchedule.Change last = policy.changes().getLast();
        return policy.changes().size() == 1 && last.by() == PolicyScope.Kind.SETTINGS ? null : followed(last);
    }

    /** A policy as decisions tell it. */
    public static PolicyFollowed followed(RetentionSchedule.Change change) {
        return new PolicyFollowed(change.by().name(), change.retention().toMillis(), change.from());
    }

    private static @Nullable PaymentStatus status(@Nullable Result result) {
        return switch (result) {
            case null -> null;
            case Result.Completed completed -> PaymentStatus.COMPLETED;
            case Result.Failed failed -> PaymentStatus.FAILED;
            case Result.DoneBefore before -> throw new IllegalArgumentException("only a cancel comes too late");
        };
    }

    /** The key that the answer to an invalid command has. */
    public static PaymentKey cut(PaymentKey key) {
        return new PaymentKey(
                cut(key.clientId(), CommandCheck.MAX_CLIENT_ID),
                cut(key.idempotencyKey(), CommandCheck.MAX_IDEMPOTENCY_KEY));
    }

    /** Between characters: half of a surrogate pair has no UTF-8. */
    static String cut(String text, int maxLength) {
        boolean fits = text.length() <= maxLength;
        return fits
                ? text
                : text.substring(0, Character.isHighSurrogate(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength);
    }
}
