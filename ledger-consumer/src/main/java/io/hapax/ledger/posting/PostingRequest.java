package io.hapax.ledger.posting;

import io.hapax.topics.LogPosition;
import java.time.Instant;
import java.util.UUID;

/**
 * A request to the ledger about one payment: to post it, or to say what became of it.
 *
 * @param kind whether to post the payment or only to say what became of it
 * @param paymentId id of the payment, unique for ever
 * @param clientId who asked for the payment
 * @param idempotencyKey the client's own name of the payment
 * @param content what the payment says
 * @param attempt 1 for the first posting asked for, one more for each after an inquiry that found nothing; an inquiry
 *     has that of the posting it asks about, 0 if there was none
 * @param acceptedAt when the payment was accepted, by the broker's clock
 * @param command where the accepted command stands
 * @param event where this request itself stands
 * @param eventTime time of this request in the log; 1970 if it is one that no calendar has
 * @param guard against the same payment under another key
 */
public record PostingRequest(
        Kind kind,
        UUID paymentId,
        String clientId,
        String idempotencyKey,
        PaymentContent content,
        int attempt,
        Instant acceptedAt,
        LogPosition command,
        LogPosition event,
        Instant eventTime,
        Guard guard)
        implements LedgerInput {

    public PostingRequest {
        eventTime = LogTime.of(eventTime);
    }

    /** A request that nothing guards. */
    public PostingRequest(
            Kind kind,
            UUID paymentId,
            String clientId,
            String idempotencyKey,
            PaymentContent content,
            int attempt,
            Instant acceptedAt,
            LogPosition command,
            LogPosition event,
            Instant eventTime) {
        this(
                kind,
                paymentId,
                clientId,
                idempotencyKey,
                content,
                attempt,
                acceptedAt,
                command,
                event,
                eventTime,
                Guard.NONE);
    }

    /** A request of the time at which its payment was accepted. */
    public PostingRequest(
            Kind kind,
            UUID paymentId,
            String clientId,
            String idempotencyKey,
            PaymentContent content,
            int attempt,
            Instant acceptedAt,
            LogPosition command,
            LogPosition event) {
        this(kind, paymentId, clientId, idempotencyKey, content, attempt, acceptedAt, command, event, acceptedAt);
    }

    /** True for what is in no log: the ledger's own posting of an opening balance, which no client asked for. */
    boolean isOpening() {
        return event.equals(LogPosition.NONE);
    }

    /** The same request about another content. */
    PostingRequest about(PaymentContent other) {
        return new PostingRequest(
                kind,
                paymentId,
                clientId,
                idempotencyKey,
                other,
                attempt,
                acceptedAt,
                command,
                event,
                eventTime,
                guard);
    }

    /** The kind of a request. */
    public enum Kind {
        /** Post the payment, unless its id was dealt with before. */
        POST,
        /** Post nothing: say what became of the payment. */
        INQUIRE
    }
}
