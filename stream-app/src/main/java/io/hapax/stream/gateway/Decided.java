package io.hapax.stream.gateway;

import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.Result;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is decided or known of a payment, as it is answered over HTTP. */
final class Decided {
    private Decided() {}

    /** The answer to a command. A replay has the status and the body of the original, to the byte. */
    static Reply reply(PaymentDecision decision) {
        Reply reply = switch (decision.getVerdict()) {
            case SETTLED, REPLAYED -> settled(decision).replayed(isReplay(decision));
            case IN_FLIGHT -> Reply.problem(Problem.IN_FLIGHT, paymentId(decision));
            case CONFLICT ->
                Reply.problem(Problem.KEY_REUSED, Map.of("differingFields", decision.getDifferingFields()));
            case EXPIRED -> Reply.problem(Problem.TOO_LATE, paymentId(decision));
            case INVALID -> invalid(brokenRules(decision));
        };
        return reply.known(decision.getFirstSeenAt(), decision.getExpiresAt());
    }

    /** A key that had been forgotten here and that the ledger knew gets the answer of its original as well. */
    private static boolean isReplay(PaymentDecision decision) {
        return decision.getVerdict() == Verdict.REPLAYED || decision.getLedgerKnewSince() != null;
    }

    static Reply invalid(List<PaymentBody.BrokenRule> brokenRules) {
        return Reply.problem(Problem.PAYMENT_INVALID, Map.of("violations", brokenRules));
    }

    /** Taken and not settled within the time that the request waited. */
    static Reply pending(PaymentKey key) {
        return Reply.payment(202, "pending", body(key, "PENDING"))
                .with("Location", "/v1/payments/" + KeyInPath.encode(key.idempotencyKey()))
                .with("Retry-After", String.valueOf(Reply.SOON.toSeconds()));
    }

    /** The answer to a look-up. */
    static Reply found(PaymentKey key, IdempotencyRecord known, @Nullable Instant expiresAt) {
        return switch (known) {
            case Settled settled ->
                Reply.payment(200, "found", body(key, settled.result()))
                        .known(settled.first().seenAt(), expiresAt);
            case IdempotencyRecord.Pending pending ->
                Reply.payment(200, "found-pending", body(key, "PENDING"))
                        .known(pending.first().seenAt(), null)
                        .with("Retry-After", String.valueOf(Reply.SOON.toSeconds()));
            case IdempotencyRecord.Refused refused -> Reply.problem(Problem.PAYMENT_NOT_FOUND);
        };
    }

    private static Reply settled(PaymentDecision decision) {
        PaymentKey key = new PaymentKey(decision.getClientId(), decision.getIdempotencyKey());
        if (decision.getStatus() == PaymentStatus.COMPLETED) {
            return Reply.payment(201, "completed", body(key, "COMPLETED"));
        }
        String reason = Objects.requireNonNullElse(decision.getFailureReason(), "UNSPECIFIED");
        return Reply.problem(Problem.ofFailure(reason), failed(key, reason, decision.getFailedAccount()));
    }

    private static Map<String, Object> body(PaymentKey key, Result result) {
        return switch (result) {
            case Result.Completed completed -> body(key, "COMPLETED");
            case Result.Failed failed -> failed(key, failed.reason(), failed.account());
        };
    }

    private static Map<String, Object> body(PaymentKey key, String status) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("paymentId", key.paymentId().toString());
        body.put("idempotencyKey", key.idempotencyKey());
        body.put("paymentStatus", status);
        return body;
    }

    private static Map<String, Object> failed(PaymentKey key, String reason, @Nullable String account) {
        Map<String, Object> body = body(key, "FAILED");
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
