package io.hapax.stream.gateway;

import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.Reservation;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.Violation;
import io.hapax.stream.gateway.journey.Decided;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The HTTP reply that tells what is decided or known of a payment, or of a step of one. */
final class DecisionReply {
    /** Broken rules that no repair of the request mends: it takes another key. */
    private static final Set<String> KEY_FORMS =
            Set.of(Violation.KEY_NOT_UUID.name(), Violation.KEY_NOT_UUID_V7.name());

    private DecisionReply() {}

    /**
     * The answer to a command. A replay has the status and the body of the original, to the byte.
     *
     * @param payload what the command says: a settlement that answers it is of the same payload
     */
    static Reply reply(Decided decision, Payload payload) {
        Reply reply = switch (decision.verdict()) {
            case SETTLED, REPLAYED -> settled(decision, payload).replayed(isReplay(decision));
            case IN_FLIGHT -> Reply.problem(Problem.IN_FLIGHT, paymentId(decision));
            case CONFLICT -> Reply.problem(Problem.KEY_REUSED, Map.of("differingFields", decision.differingFields()));
            case EXPIRED -> Reply.problem(Problem.TOO_LATE, paymentId(decision));
            case INVALID -> invalid(decision.violations());
        };
        return reply.known(decision.acceptedAt(), decision.expiresAt());
    }

    /** A key that had been forgotten here and that the ledger knew gets the answer of its original as well. */
    private static boolean isReplay(Decided decision) {
        return decision.verdict() == Verdict.REPLAYED || decision.isOfEarlier();
    }

    static Reply invalid(List<String> violations) {
        // The client has nothing to repair: so it is a problem of its own.
        if (violations.equals(List.of(Problem.TWO_STEPS_OFF.name()))) {
            return Reply.problem(Problem.TWO_STEPS_OFF);
        }
        boolean isForm = !violations.isEmpty() && KEY_FORMS.containsAll(violations);
        return Reply.problem(
                isForm ? Problem.KEY_FORM : Problem.PAYMENT_INVALID,
                Map.of("violations", violations.stream().map(BrokenRule::of).toList()));
    }

    /**
     * Taken and not settled within the time that the request waited. Whether it is this command that the key has,
     * nobody knows yet. Captures and voidings have no look-up: the same request again is answered.
     */
    static Reply pending(PaymentKey key, Asked asked) {
        Reply reply = Reply.payment(202, "pending", StateBody.taken(key, asked.kind()))
                .with("Retry-After", String.valueOf(Reply.SOON.toSeconds()));
        return switch (asked.kind()) {
            case PAYMENT -> reply.with("Location", LookedUp.PAYMENT.path(key.idempotencyKey()));
            case RESERVE -> reply.with("Location", LookedUp.RESERVATION.path(key.idempotencyKey()));
            case CAPTURE, VOID, CANCEL -> reply;
        };
    }

    /**
     * The answer to a look-up. Whoever asks for a payment must not take money that is held for money that moved. What a
     * cancel came too late for is not known by its content, so it is not found.
     */
    static Reply found(LookedUp kind, PaymentKey key, IdempotencyRecord known, @Nullable Instant expiresAt) {
        Asked.Kind asked = known.first().digest().asked().kind();
        boolean isCancel = asked == Asked.Kind.CANCEL && kind == LookedUp.PAYMENT;
        if (asked != kind.kind() && !isCancel) {
            return kind.notFound();
        }
        return switch (known) {
            case Settled settled when isCancel && !settled.result().isCancelled() -> kind.notFound();
            case Settled settled ->
                Reply.payment(200, "found", found(kind, key, settled)).known(settled.acceptedAt(), expiresAt);
            case IdempotencyRecord.Pending pending ->
                Reply.payment(200, "found-pending", StateBody.pending(key, kind.kind(), pending.payload()))
                        .known(pending.first().seenAt(), null)
                        .with("Retry-After", String.valueOf(Reply.SOON.toSeconds()));
            case IdempotencyRecord.TakenKey refused -> kind.notFound();
        };
    }

    private static Map<String, Object> found(LookedUp kind, PaymentKey key, Settled settled) {
        if (settled.first().isCancel()) {
            return StateBody.cancelled(key);
        }
        Payload payload = settled.first().digest().payload();
        return switch (settled.result()) {
            case Result.Completed completed ->
                StateBody.completed(key, kind.kind(), payload, heldUntil(payload, settled.acceptedAt()));
            case Result.Failed failed -> StateBody.failed(key, kind.kind(), failed, payload);
            case Result.DoneBefore before -> throw new IllegalArgumentException("only a cancel comes too late");
        };
    }

    private static @Nullable Instant heldUntil(@Nullable Payload payload, Instant acceptedAt) {
        return payload instanceof Reservation reservation ? reservation.heldUntil(acceptedAt) : null;
    }

    private static Reply settled(Decided decision, Payload payload) {
        Asked.Kind kind = payload.asked().kind();
        if (decision.isCompleted()) {
            return Reply.payment(
                    201, "completed", StateBody.completed(decision.key(), kind, payload, decision.heldUntil()));
        }
        String reason = Objects.requireNonNullElse(decision.failureReason(), "UNSPECIFIED");
        return Reply.problem(
                Problem.ofFailure(reason),
                StateBody.failed(
                        decision.key(),
                        kind,
                        new Result.Failed(reason, decision.failedAccount(), decision.duplicateOf()),
                        payload));
    }

    private static Map<String, String> paymentId(Decided decision) {
        return Map.of("paymentId", String.valueOf(decision.paymentId()));
    }
}
