package io.hapax.stream.gateway;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Every kind of answer that is not a payment, as a problem of RFC 9457. Names, types and statuses are for ever:
 * clients act on them.
 */
public enum Problem {
    /** No such path. */
    NO_SUCH_RESOURCE(404, "There is nothing at this path", Retry.MEND),
    METHOD_NOT_ALLOWED(405, "This method is not allowed here", Retry.MEND),
    NOT_AUTHENTICATED(401, "The API key is missing, wrong or revoked", Retry.MEND),
    NOT_ALLOWED(403, "The API key does not allow this", Retry.MEND),
    TOO_MANY_REQUESTS(429, "The client sends more requests per second than it may", Retry.LATER),
    TOO_MANY_IN_FLIGHT(429, "The client has more requests in flight than it may", Retry.LATER),
    OVERLOADED(503, "Too many requests are in flight", Retry.LATER),
    NOT_ACCEPTABLE(406, "The answer is application/json, which the Accept header rules out", Retry.MEND),
    UNSUPPORTED_MEDIA_TYPE(415, "The body must be application/json in UTF-8, without content encoding", Retry.MEND),
    KEY_MISSING(400, "The Idempotency-Key header is missing", Retry.MEND),
    KEY_MALFORMED(
            400,
            "The idempotency key is not one text of 1 to 255 visible ASCII characters, other than . and ..",
            Retry.MEND),
    /** The decision {@code INVALID}, for the form of the key alone: with another key nothing else is wrong. */
    KEY_FORM(422, "New keys of this client must have another form", Retry.NEVER),
    BODY_TOO_LARGE(413, "The body is too large", Retry.MEND),
    BODY_TOO_SLOW(408, "The body did not arrive in time", Retry.LATER),
    BODY_MALFORMED(400, "The body is not the JSON of a payment", Retry.MEND),
    /** The decision {@code INVALID}, or what the gateway finds before it would be one. */
    PAYMENT_INVALID(400, "The payment breaks rules", Retry.MEND),
    /** The decision {@code INVALID}, when the operator has not switched payments in two steps on. */
    TWO_STEPS_OFF(403, "Payments in two steps are switched off here", Retry.MEND),
    /** The decision {@code INVALID}, when the operator has not switched guards on. */
    GUARDS_OFF(403, "Cancels are switched off here", Retry.MEND),
    /** The request is no HTTP that we understand. */
    BAD_REQUEST(400, "The request is malformed", Retry.MEND),
    HEADERS_TOO_LARGE(431, "The headers are too large", Retry.MEND),
    /** The decision {@code IN_FLIGHT}. */
    IN_FLIGHT(409, "The payment of this key is not settled yet", Retry.LATER),
    /** The decision {@code CONFLICT}. */
    KEY_REUSED(422, "The idempotency key belongs to a payment with another content", Retry.NEVER),
    /** The decision {@code EXPIRED}. */
    TOO_LATE(412, "Too late to tell whether this payment was executed before; nothing was executed now", Retry.NEVER),
    INSUFFICIENT_FUNDS(402, "The debtor's account has not enough funds", Retry.NEVER),
    ACCOUNT_NOT_FOUND(422, "An account does not exist", Retry.NEVER),
    /** The ledger's {@code NOT_ALLOWED}: the debtor has owners, and this client is none of them. */
    DEBTOR_NOT_ALLOWED(403, "This client may not debit this account", Retry.NEVER),
    ACCOUNT_CLOSED(422, "An account is closed", Retry.NEVER),
    CURRENCY_MISMATCH(422, "An account is kept in another currency", Retry.NEVER),
    SUSPECTED_DUPLICATE(409, "An equal payment was made under another key just before", Retry.NEVER),
    BALANCE_OVERFLOW(422, "The balance of an account would no longer fit", Retry.NEVER),
    /** A capture or voiding of what this client never reserved on that account. */
    RESERVATION_NOT_FOUND(404, "This client has no such reservation on this account", Retry.NEVER),
    RESERVATION_FAILED(409, "The reservation failed: nothing was ever held", Retry.NEVER),
    RESERVATION_CAPTURED(409, "The reservation was captured before", Retry.NEVER),
    RESERVATION_VOIDED(409, "The reservation was voided before", Retry.NEVER),
    RESERVATION_EXPIRED(409, "The time of the reservation is over", Retry.NEVER),
    RESERVATION_NOT_MULTIPLE(422, "The reservation allows one capture: none may follow", Retry.NEVER),
    AMOUNT_ABOVE_RESERVATION(422, "The amount is more than is still held", Retry.NEVER),
    /** A cancel came first. */
    CANCELLED(409, "This key was cancelled: nothing is ever done under it", Retry.NEVER),
    /** The answer to a cancel that came too late. */
    ALREADY_COMPLETED(409, "What was to be cancelled was done before", Retry.NEVER),
    /** A failure for any other reason: {@code INVALID_POSTING}, or one that this version does not know. */
    PAYMENT_FAILED(422, "The payment failed", Retry.NEVER),
    /** No payment of this client has this key. */
    PAYMENT_NOT_FOUND(
            404, "No payment of this client is known under this key; one just sent may be on its way", Retry.MEND),
    /** No reservation of this client has this key. */
    RESERVATION_UNKNOWN(
            404, "No reservation of this client is known under this key; one just sent may be on its way", Retry.MEND),
    /** Kafka did not take the command in time. */
    UNAVAILABLE(
            503,
            "The payment could not be taken in time; it may have been, so ask again with the same key",
            Retry.LATER),
    /** The payment's state moves between instances. */
    LOOK_UP_UNAVAILABLE(503, "The payment cannot be looked up at this moment", Retry.LATER),
    INTERNAL_ERROR(500, "The service has failed", Retry.LATER);

    /**
     * The ledger's reasons of failure: the constants from the first one to the last one of them have their names, but
     * one that another problem has. The gateway does not know the ledger, so a test of both compares them.
     */
    static final Set<Problem> FAILURES = Collections.unmodifiableSet(EnumSet.range(INSUFFICIENT_FUNDS, CANCELLED));

    private static final String TYPE_PREFIX = "urn:hapax:problem:";

    private final int status;
    private final String title;
    private final Retry retry;

    /** The advice to the client about sending the same idempotency key again. */
    enum Retry {
        /** The same request, a little later. */
        LATER(true),
        /** With the same key, after what is wrong with the request was mended: nothing was remembered. */
        MEND(true),
        /** The answer to this key is final. */
        NEVER(false);

        private final boolean sameKey;

        Retry(boolean sameKey) {
            this.sameKey = sameKey;
        }

        boolean sameKey() {
            return sameKey;
        }
    }

    Problem(int status, String title, Retry retry) {
        this.status = status;
        this.title = title;
        this.retry = retry;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    Retry retry() {
        return retry;
    }

    /** The kind in lower case with hyphens: the end of its type, and its name in metrics. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Its type in problem documents. */
    public String type() {
        return TYPE_PREFIX + slug();
    }

    /** The ledger's reason for one of {@link #FAILURES}. Its NOT_ALLOWED is about the debtor, not the API key. */
    String reason() {
        return this == DEBTOR_NOT_ALLOWED ? "NOT_ALLOWED" : name();
    }

    /** The kind of a payment's failure, by the ledger's reason. */
    static Problem ofFailure(String reason) {
        return FAILURES.stream()
                .filter(problem -> problem.reason().equals(reason))
                .findFirst()
                .orElse(PAYMENT_FAILED);
    }
}
