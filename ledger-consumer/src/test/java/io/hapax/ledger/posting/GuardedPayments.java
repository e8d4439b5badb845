package io.hapax.ledger.posting;

import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Guarded payments for tests, readable in one line each: of 10 EUR from alice to bob, unless they say otherwise. */
public final class GuardedPayments {
    public static final Duration WINDOW = Duration.ofMinutes(10);
    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private GuardedPayments() {}

    public static PaymentContent coffee() {
        return new PaymentContent("alice", "bob", 10, "EUR", "coffee");
    }

    /** Of the client {@code shop}. */
    public static PostingRequest pay(String key, long offset, Instant at) {
        return pay("shop", key, coffee(), offset, at, new Guard(WINDOW, null));
    }

    public static PostingRequest confirming(String key, @Nullable String confirmed, long offset, Instant at) {
        return pay("shop", key, coffee(), offset, at, new Guard(WINDOW, confirmed));
    }

    public static PostingRequest pay(
            String client, String key, PaymentContent content, long offset, Instant at, Guard guard) {
        return new PostingRequest(
                PostingRequest.Kind.POST,
                new PaymentKey(client, key).paymentId(),
                client,
                key,
                content,
                1,
                at,
                new LogPosition(3, offset),
                new LogPosition(0, offset),
                at,
                guard);
    }

    /** COMPLETED, or the reason and what it is about. */
    public static String result(PostingAnswer answer) {
        PaymentResult result = switch (answer.result()) {
            case PostingResult.Settled(RecordedPayment payment) -> payment.settlement();
            case PostingResult.AlreadySettled(RecordedPayment payment) -> payment.settlement();
            case PostingResult.Conflict conflict -> throw new AssertionError("a conflict");
            case PostingResult.NotFound nothing -> throw new AssertionError("nothing found");
        };
        return switch (result) {
            case PaymentResult.Completed done -> "COMPLETED";
            case PaymentResult.Failed(var reason, var account, var duplicateOf) ->
                reason + (account == null ? "" : " " + account) + (duplicateOf == null ? "" : " of " + duplicateOf);
        };
    }
}
