package io.hapax.ledger.posting;

import io.hapax.ledger.posting.PostingRequest.Kind;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;

/** Requests for tests, readable in one line each. */
public final class Requests {
    public static final Instant ACCEPTED_AT = Instant.parse("2026-03-01T10:00:00.123Z");
    private static final String CLIENT = "shop";

    private Requests() {}

    public static PaymentContent payment(String debtor, String creditor, long amountMinor) {
        return new PaymentContent(debtor, creditor, amountMinor, "EUR", null);
    }

    /** The first attempt, at an offset that stands for the place in the topic. */
    public static PostingRequest post(String key, PaymentContent content, long offset) {
        return request(Kind.POST, key, content, offset);
    }

    public static PostingRequest inquire(String key, PaymentContent content, long offset) {
        return request(Kind.INQUIRE, key, content, offset);
    }

    /** The same in an event on another partition of the log, whose writers do not wait for those of the first. */
    public static PostingRequest onAnotherPartition(PostingRequest request) {
        return new PostingRequest(
                request.kind(),
                request.paymentId(),
                request.clientId(),
                request.idempotencyKey(),
                request.content(),
                request.attempt(),
                request.acceptedAt(),
                request.command(),
                new LogPosition(1, request.event().offset()));
    }

    public static PostingRequest request(Kind kind, String key, PaymentContent content, long offset) {
        return new PostingRequest(
                kind,
                new PaymentKey(CLIENT, key).paymentId(),
                CLIENT,
                key,
                content,
                1,
                ACCEPTED_AT.plusMillis(offset),
                new LogPosition(3, offset + 1_000),
                new LogPosition(0, offset));
    }
}
