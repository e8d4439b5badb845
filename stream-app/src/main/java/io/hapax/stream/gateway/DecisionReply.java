package io.hapax.stream.gateway;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Result;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The HTTP reply that tells what is decided or known of a payment. */
final class DecisionReply {
    private DecisionReply() {}

    /**
     * The answer to a command. A replay has the status and the body of the original, to the byte.
     *
     * @param payment what the command says: a settlement that answers it is of the same payload
     */
    static Reply reply(PaymentDecision decision, Payment payment) {
        Reply reply = switch (decision.getVerdict()) {
            case SETTLED, REPLAYED -> settled(decision, payment).replayed(isReplay(decision));
            case IN_FLIGHT -> Reply.problem(Problem.IN_FLIGHT, paymentId(decision));
            case CONFLICT ->
                Reply.problem(Problem.KEY_REUSED, Map.of("differingFields", decision.getDifferingFields()));
            case EXPIRED -> Reply.problem(Problem.TOO_LATE, paymentId(decision));
            case INVALID -> invalid(brokenRules(decision));
        };
        return reply.known(
                decision.getLedgerKnewSince() == null ? decision.getFirstSeenAt() : decision.getLedgerKnewSince(),
                decision.getExpiresAt());
    }

    /** A key that had been forgotten here and that the ledger knew gets the answer of its original as well. */
    private static boolean isReplay(PaymentDecision decision) {
        return decision.getVerdict() == Verdict.REPLAYED || decision.getLedgerKnewSince() != null;
    }

    static Reply invalid(List<PaymentBody.BrokenRule> brokenRules) {
        return Reply.problem(Problem.PAYMENT_INVALID, Map.of("violations", brokenRules));
    }

    /**
     * Taken and not settled within the time that the request waited. Whether it is this payment that the key has,
     * nobody knows yet.
     */
    static Reply pending(PaymentKey key) {
        return Reply.payment(202, "pending", body(key, "PENDING", null))
                .with("Location", "/v1/payments/" + KeyInPath.encode(key.idempotencyKey()))
                .with("Retry-After", String.valueOf(Reply.SOON.toSeconds()));
    }

    /** The answer to a look-up. */
    static Reply found(PaymentKey key, IdempotencyRecord known, @Nullable Instant expiresAt) {
        if (known.first().digest().asked().kind() != Asked.Kind.PAYMENT) {
            // Money that is held has not moved: whoever asks for a payment must not take it for one.
            return Reply.problem(Problem.PAYMENT_NOT_FOUND);
        }
        return switch (known) {
            case Settled settled ->
                Reply.payment(200, "found", body(key, settled)).known(settled.acceptedAt(), expiresAt);
            case IdempotencyRecord.Pending pending ->
                Reply.payment(200, "found-pending", body(key, "PENDING", pending.payload()))
                        .known(pending.first().seenAt(), null)
                        .with("Retry-After", String.valueOf(Reply.SOON.toSeconds()));
            case IdempotencyRecord.TakenKey refused -> Reply.problem(Problem.PAYMENT_NOT_FOUND);
        };
    }

    private static Reply settled(PaymentDecision decision, Payment payment) {
        PaymentKey key = new PaymentKey(decision.getClientId(), decision.getIdempotencyKey());
        if (decision.getStatus() == PaymentStatus.COMPLETED) {
            return Reply.payment(201, "completed", body(key, "COMPLETED", payment));
        }
        String reason = Objects.requireNonNullElse(decision.getFailureReason(), "UNSPECIFIED");
        return Reply.problem(Problem.ofFailure(reason), failed(key, reason, decision.getFailedAccount(), payment));
    }

    private static Map<String, Object> body(PaymentKey key, Settled settled) {
        Payload payload = settled.first().digest().payload();
        return switch (settled.result()) {
            case Result.Completed completed -> body(key, "COMPLETED", payload);
            case Result.Failed failed -> failed(key, failed.reason(), failed.account(), payload);
        };
    }

    /** @param payload what was paid, so that nobody takes it for another; null where that is not known */
    private static Map<String, Object> body(PaymentKey key, String status, @Nullable Payload payload) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("paymentId", key.paymentId().toString());
        body.put("idempotencyKey", key.idempotencyKey());
        body.put("paymentStatus", status);
        if (payload instanceof Payment payment) {
            body.put(PaymentBody.DEBTOR, payment.debtorAccount());
            body.put(PaymentBody.CREDITOR, payment.creditorAccount());
            body.put(PaymentBody.AMOUNT, payment.amountMinor());
            body.put(PaymentBody.CURRENCY, payment.currency());
            if (payment.reference() != null) {
                body.put(PaymentBody.REFERENCE, payment.reference());
            }
        }
        return body;
    }

    private static Map<String, Object> failed(
            PaymentKey key, String reason, @Nullable String account, @Nullable Payload payload) {
        Map<String, Object> body = body(key, "FAILED", payload);
        body.put("failureReason", reason);
        if (account != null) {
            body.put("failedAccount", account);
        }
        return body;
    }

    private static Map<String, String> paymentId(PaymentDecision decision) {
        return Map.of("paymentId", String.valueOf(decision.getPaymentId()));
    }

    private static List<PaymentBody.BrokenRule> brokenRules(PaymentDecision decision) {
        return decision.getViolations().stream().map(PaymentBody::brokenRule).toList();
    }
}
