package io.hapax.stream.gateway;

import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.Result;
import io.hapax.stream.gateway.journey.Decided;
import io.hapax.topics.PaymentKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The HTTP reply to a cancel. */
final class CancelReply {
    private CancelReply() {}

    static Reply reply(Decided decision) {
        Reply reply = switch (decision.verdict()) {
            case SETTLED, REPLAYED -> found(decision);
            case INVALID -> invalid(decision.violations());
            // A cancel is in no conflict and never too late.
            case IN_FLIGHT, CONFLICT, EXPIRED ->
                Reply.problem(Problem.IN_FLIGHT, Map.of("paymentId", String.valueOf(decision.paymentId())));
        };
        return reply.known(null, decision.expiresAt());
    }

    private static Reply found(Decided decision) {
        PaymentKey key = decision.key();
        if (decision.isCompleted()) {
            return done(key, decision.done());
        }
        String reason = Objects.requireNonNullElse(decision.failureReason(), "UNSPECIFIED");
        return reason.equals(Result.CANCELLED)
                ? Reply.payment(200, "cancelled", StateBody.cancelled(key))
                : Reply.payment(
                        200,
                        "failed-before",
                        StateBody.failed(
                                key, Asked.Kind.CANCEL, new Result.Failed(reason, decision.failedAccount()), null));
    }

    private static Reply done(PaymentKey key, Asked.@Nullable Kind kind) {
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("paymentId", key.paymentId().toString());
        more.put("idempotencyKey", key.idempotencyKey());
        if (kind != null) {
            more.put("step", kind.name());
        }
        Reply reply = Reply.problem(Problem.ALREADY_COMPLETED, more);
        return switch (kind) {
            case PAYMENT -> reply.with("Location", LookedUp.PAYMENT.path(key.idempotencyKey()));
            case RESERVE -> reply.with("Location", LookedUp.RESERVATION.path(key.idempotencyKey()));
            case null, default -> reply;
        };
    }

    private static Reply invalid(List<String> violations) {
        // The client has nothing to repair: so it is a problem of its own.
        return violations.equals(List.of(Problem.GUARDS_OFF.name()))
                ? Reply.problem(Problem.GUARDS_OFF)
                : Reply.problem(
                        Problem.PAYMENT_INVALID,
                        Map.of(
                                "violations",
                                violations.stream().map(BrokenRule::of).toList()));
    }
}
