package io.hapax.ledger.posting;

import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Steps of reservations for tests, readable in one line each. All events lie on partition 0. */
public final class Reservations {
    public static final String CLIENT = "shop";
    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    public static final Duration HOUR = Duration.ofHours(1);

    private Reservations() {}

    public static UUID id(String key) {
        return new PaymentKey(CLIENT, key).paymentId();
    }

    public static PaymentContent hold(String debtor, String creditor, long amountMinor) {
        return hold(debtor, creditor, amountMinor, HOUR, false);
    }

    public static PaymentContent hold(
            String debtor, String creditor, long amountMinor, Duration hold, boolean multiple) {
        return new PaymentContent(debtor, creditor, amountMinor, "EUR", null, new Step.Reserve(hold, multiple));
    }

    public static PaymentContent capture(String reservation, String debtor, long amountMinor, boolean more) {
        return capture(id(reservation), debtor, amountMinor, "EUR", more);
    }

    public static PaymentContent capture(
            UUID reservation, String debtor, long amountMinor, String currency, boolean more) {
        return new PaymentContent(debtor, "", amountMinor, currency, null, new Step.Capture(reservation, more));
    }

    public static PaymentContent release(String reservation, String debtor) {
        return new PaymentContent(debtor, "", 0, "", null, new Step.Release(id(reservation)));
    }

    /** The event of a command that was accepted when it was appended. */
    public static PostingRequest event(String key, PaymentContent content, long offset, Instant at) {
        return event(PostingRequest.Kind.POST, key, content, offset, at);
    }

    public static PostingRequest event(
            PostingRequest.Kind kind, String key, PaymentContent content, long offset, Instant at) {
        return new PostingRequest(
                kind, id(key), CLIENT, key, content, 1, at, new LogPosition(3, offset), new LogPosition(0, offset), at);
    }

    /** What became of a step that the ledger has not seen before: COMPLETED, or the reason and the account. */
    public static String result(PostingAnswer answer) {
        return switch (((PostingResult.Settled) answer.result()).payment().settlement()) {
            case PaymentResult.Completed completed -> "COMPLETED";
            case PaymentResult.Failed(var reason, var account, var duplicateOf) ->
                account == null ? reason.name() : reason + " " + account;
        };
    }
}
