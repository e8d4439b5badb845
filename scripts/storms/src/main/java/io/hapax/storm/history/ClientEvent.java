package io.hapax.storm.history;

import org.jspecify.annotations.Nullable;

/**
 * A memory of a client: that it asked, that it was answered, or that it will not know.
 *
 * <p>Each operation has one {@link Type#INVOKE}, and then at most one {@link Type#ANSWER} or {@link Type#UNKNOWN}. An
 * operation with neither was still open when the load ended.
 *
 * @param atNs when, on the monotonic clock that all sessions share: before the request is sent, after the answer is
 *     read
 * @param atMs when, by the wall clock
 * @param client the client id of the payment
 * @param key the idempotency key of the payment, as the client means it
 * @param op number of the operation, unique in the run
 * @param path the way that the operation takes
 * @param instance the instance that was asked; on the topic path the producer
 * @param request what was asked, with {@link Type#INVOKE} only
 * @param answer what was answered, with {@link Type#ANSWER} only
 * @param error why there is no answer, with {@link Type#UNKNOWN} only
 */
public record ClientEvent(
        long atNs,
        long atMs,
        String client,
        String key,
        long op,
        Type type,
        Route path,
        String instance,
        @Nullable Request request,
        @Nullable Answer answer,
        @Nullable String error) {
    /** A kind of event. */
    public enum Type {
        INVOKE,
        /** For the topic path: the broker's acknowledgement. */
        ANSWER,
        /** No answer came: the operation may have happened, may happen yet, or never. */
        UNKNOWN
    }

    /** A way to the service. */
    public enum Route {
        TOPIC,
        HTTP
    }

    /** A purpose of a client. It tells how a client came to ask, and decides nothing about the answer. */
    public enum Kind {
        /** A payment, first or retried. */
        PAYMENT,
        LOOK_UP,
        /** Another payload under a key that is in use. */
        CONFLICT,
        /** Something that is no payment: a broken rule, or bytes that are no command. */
        NONSENSE,
        /** A payment that says it was first sent long ago. */
        OLD
    }

    /**
     * A request.
     *
     * @param payload what is to be paid; null for a look-up and for bytes that are no command
     * @param sentAtMs when the client says it first sent the payment
     * @param bytes what was sent where that is no command: base64, or text over HTTP
     */
    public record Request(
            Kind kind,
            @Nullable Payload payload,
            @Nullable Long sentAtMs,
            @Nullable String bytes) {
        public static Request lookUp() {
            return new Request(Kind.LOOK_UP, null, null, null);
        }

        public static Request of(Kind kind, Payload payload, @Nullable Long sentAtMs) {
            return new Request(kind, payload, sentAtMs, null);
        }

        public static Request nonsense(String bytes) {
            return new Request(Kind.NONSENSE, null, null, bytes);
        }
    }
}
