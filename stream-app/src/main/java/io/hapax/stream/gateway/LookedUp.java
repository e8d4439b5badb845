package io.hapax.stream.gateway;

import io.hapax.stream.decision.Asked;

/** A kind of thing that a client can look up. A key of another kind is unknown under its path. */
enum LookedUp {
    PAYMENT(Route.PAYMENTS, Asked.Kind.PAYMENT, Problem.PAYMENT_NOT_FOUND),
    RESERVATION(Route.RESERVATIONS, Asked.Kind.RESERVE, Problem.RESERVATION_UNKNOWN);

    private final String path;
    private final Asked.Kind kind;
    private final Problem unknown;

    LookedUp(String path, Asked.Kind kind, Problem unknown) {
        this.path = path;
        this.kind = kind;
        this.unknown = unknown;
    }

    /** The path at which a key is looked up. */
    String path(String key) {
        return path + "/" + KeyInPath.encode(key);
    }

    Asked.Kind kind() {
        return kind;
    }

    /** The answer to a look-up that finds nothing. */
    Reply notFound() {
        return Reply.problem(unknown);
    }
}
