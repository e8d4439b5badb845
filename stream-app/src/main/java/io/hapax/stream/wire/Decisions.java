package io.hapax.stream.wire;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers to commands, as they go over the wire. */
public final class Decisions {
    private final Duration retention;

    /** @param retention tells until when an answer is kept */
    public Decisions(Duration retention) {
        this.retention = retention;
    }

    public PaymentDecision decision(Answer answer) {
        return decision(answer, null);
    }

    /** @param ledgerKnewSince when the ledger first dealt with the payment, if the answer follows from an outcome */
    public PaymentDecision decision(Answer answer, @Nullable Instant ledgerKnewSince) {
        return switch (answer.verdict()) {
            case Answer.Verdict.Invalid(var violations) -> invalid(answer, violations);
            case Answer.Verdict.Conflict(var known, var differing) ->
                decision(answer, Verdict.CONFLICT, null, differing, known);
            case Answer.Verdict.InFlight(var pending) -> decision(answer, Verdict.IN_FLIGHT, null, List.of(), pending);
            case Answer.Verdict.Replayed(var settled) ->
                decision(answer, Verdict.REPLAYED, settled.result(), List.of(), settled);
            case Answer.Verdict.Expired() -> decision(answer, Verdict.EXPIRED, null, List.of(), null);
            case Answer.Verdict.SettledNow(var settled) ->
                decision(
                        answer,
                        Verdict.SETTLED,
                        settled.result(),
                        List.of(),
                        settled,
                        earlier(ledgerKnewSince, settled));
            case Answer.Verdict.SettledUnrecorded(var result) ->
                decision(answer, Verdict.SETTLED, result, List.of(), null);
        };
    }

    /**
     * The client and key of an invalid command may be of any length: they are cut to what a valid one can hold, so that the
     * answer always fits into a record.
     */
    private static PaymentDecision invalid(Answer answer, List<Violation> violations) {
        return new PaymentDecision(
                cut(answer.key().clientId(), CommandCheck.MAX_CLIENT_ID),
                cut(answer.key().idempotencyKey(), CommandCheck.MAX_IDEMPOTENCY_KEY),
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
                null);
    }

    /** Only if the ledger knew the payment before its command was accepted: then the key had been forgotten here. */
    private static @Nullable Instant earlier(@Nullable Instant ledgerKnewSince, Settled settled) {
        return ledgerKnewSince != null
                        && ledgerKnewSince.isBefore(settled.first().seenAt())
                ? ledgerKnewSince
                : null;
    }

    private PaymentDecision decision(
            Answer answer,
            Verdict verdict,
            @Nullable Result result,
            List<String> differing,
            @Nullable IdempotencyRecord known) {
        return decision(answer, verdict, result, differing, known, null);
    }

    /** Not by Avro's builder, which copies every default. */
    private PaymentDecision decision(
            Answer answer,
            Verdict verdict,
            @Nullable Result result,
            List<String> differing,
            @Nullable IdempotencyRecord known,
            @Nullable Instant ledgerKnewSince) {
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
                known == null ? null : known.first().seenAt(),
                known instanceof Settled settled ? settled.expiresAt(retention) : null,
                answer.decidedAt(),
                answer.command().partition(),
                answer.command().offset(),
                known == null ? null : known.first().digest().head(),
                ledgerKnewSince);
    }

    private static @Nullable PaymentStatus status(@Nullable Result result) {
        return switch (result) {
            case null -> null;
            case Result.Completed completed -> PaymentStatus.COMPLETED;
            case Result.Failed failed -> PaymentStatus.FAILED;
        };
    }

    private static String cut(String text, int maxLength) {
        return text.length() <= maxLength ? text : text.substring(0, maxLength);
    }
}
