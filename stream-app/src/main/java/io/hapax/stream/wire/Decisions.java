package io.hapax.stream.wire;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Refused;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Origin;
import io.hapax.stream.decision.PayloadField;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.Violation;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers to commands, as they go over the wire. */
public final class Decisions {
    private final Duration retention;

    /** @param retention tells until when an answer is kept */
    public Decisions(Duration retention) {
        this.retention = retention;
    }

    /**
     * Which command is answered.
     *
     * @param paymentId null when the command is invalid
     * @param origin where the command lies
     * @param decidedAt stream time of the decision
     */
    public record Answered(PaymentKey key, @Nullable UUID paymentId, Origin origin, Instant decidedAt) {}

    /**
     * The command breaks rules. Its client and key may be of any length: they are cut to what a valid command can hold, so
     * that the answer always fits into a record.
     */
    public PaymentDecision invalid(PaymentKey key, Origin origin, Instant decidedAt, List<Violation> violations) {
        PaymentKey cut = new PaymentKey(
                cut(key.clientId(), CommandCheck.MAX_CLIENT_ID),
                cut(key.idempotencyKey(), CommandCheck.MAX_IDEMPOTENCY_KEY));
        List<String> names = violations.stream().map(Violation::name).toList();
        return decision(new Answered(cut, null, origin, decidedAt), Verdict.INVALID, null, names, List.of(), null);
    }

    public PaymentDecision conflict(Answered answered, IdempotencyRecord known, List<PayloadField> differing) {
        List<String> names = differing.stream().map(PayloadField::wireName).toList();
        return decision(answered, Verdict.CONFLICT, null, List.of(), names, known);
    }

    public PaymentDecision inFlight(Answered answered, Pending pending) {
        return decision(answered, Verdict.IN_FLIGHT, null, List.of(), List.of(), pending);
    }

    public PaymentDecision replayed(Answered answered, Settled settled) {
        return decision(answered, Verdict.REPLAYED, settled.result(), List.of(), List.of(), settled);
    }

    public PaymentDecision expired(Answered answered) {
        return decision(answered, Verdict.EXPIRED, null, List.of(), List.of(), null);
    }

    /** The answer to the command that was accepted. */
    public PaymentDecision settled(PaymentKey key, UUID paymentId, Settled settled) {
        Answered answered = new Answered(key, paymentId, settled.first().origin(), settled.settledAt());
        return decision(answered, Verdict.SETTLED, settled.result(), List.of(), List.of(), settled);
    }

    /** The answer to a command that was accepted here and refused by the ledger, which knows the key from before. */
    public PaymentDecision refused(PaymentKey key, UUID paymentId, Refused refused) {
        return taken(new Answered(key, paymentId, refused.first().origin(), refused.refusedAt()), refused.differing());
    }

    /** The answer to an accepted command whose record is lost. */
    public PaymentDecision settledWithoutRecord(Answered answered, Result result) {
        return decision(answered, Verdict.SETTLED, result, List.of(), List.of(), null);
    }

    /** The answer to a command whose key the ledger knows with another content. */
    public PaymentDecision taken(Answered answered, List<String> differing) {
        return decision(answered, Verdict.CONFLICT, null, List.of(), differing, null);
    }

    private PaymentDecision decision(
            Answered answered,
            Verdict verdict,
            @Nullable Result result,
            List<String> violations,
            List<String> differing,
            @Nullable IdempotencyRecord known) {
        // Not Avro's builder, which copies every default.
        return new PaymentDecision(
                answered.key().clientId(),
                answered.key().idempotencyKey(),
                answered.paymentId(),
                verdict,
                status(result),
                result instanceof Result.Failed failed ? failed.reason() : null,
                result instanceof Result.Failed failed ? failed.account() : null,
                violations,
                differing,
                known == null ? null : known.first().seenAt(),
                known instanceof Settled settled ? settled.expiresAt(retention) : null,
                answered.decidedAt(),
                answered.origin().partition(),
                answered.origin().offset());
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
