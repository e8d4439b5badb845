package io.hapax.stream.gateway;

/**
 * A path as the gateway understands it.
 *
 * @param key the part of the path that stands for an idempotency key, still encoded; empty where a path has none
 */
record Route(Kind kind, String key) {
    static final String PAYMENTS = "/v1/payments";
    static final String RESERVATIONS = "/v1/reservations";

    /** The kind of a path. */
    enum Kind {
        PAYMENTS("payments", "POST"),
        PAYMENT("payment", "GET, HEAD"),
        CANCEL("cancel", "POST"),
        RESERVATIONS("reservations", "POST"),
        RESERVATION("reservation", "GET, HEAD"),
        CAPTURE("capture", "POST"),
        VOID("void", "POST"),
        /** Nothing is at such a path. */
        OTHER("other", "");

        private final String label;
        private final String methods;

        Kind(String label, String methods) {
            this.label = label;
            this.methods = methods;
        }

        /** Its name in metrics. */
        String label() {
            return label;
        }

        /** The methods that it allows, as the header {@code Allow} has them. */
        String methods() {
            return methods;
        }

        /** HEAD is GET whose body the server leaves out. */
        boolean allows(String method) {
            return methods.equals("POST") ? method.equals("POST") : method.equals("GET") || method.equals("HEAD");
        }
    }

    private static final String CANCEL = "/cancel";

    /**
     * The route of a request. A key may end in what ends the path of a cancel, and such a key can be looked up: only a
     * POST cancels. One that belongs to the key is encoded.
     */
    static Route of(String method, String path) {
        Route route = of(path);
        return route.kind == Kind.PAYMENT
                        && method.equals("POST")
                        && route.key.endsWith(CANCEL)
                        && route.key.length() > CANCEL.length()
                ? new Route(Kind.CANCEL, route.key.substring(0, route.key.length() - CANCEL.length()))
                : route;
    }

    static Route of(String path) {
        if (path.equals(PAYMENTS)) {
            return new Route(Kind.PAYMENTS, "");
        }
        if (path.startsWith(PAYMENTS + "/")) {
            return new Route(Kind.PAYMENT, path.substring(PAYMENTS.length() + 1));
        }
        if (path.equals(RESERVATIONS)) {
            return new Route(Kind.RESERVATIONS, "");
        }
        return path.startsWith(RESERVATIONS + "/")
                ? ofReservation(path.substring(RESERVATIONS.length() + 1))
                : new Route(Kind.OTHER, "");
    }

    /** A slash ends the key of a reservation. One that belongs to the key is encoded. */
    private static Route ofReservation(String rest) {
        int slash = rest.indexOf('/');
        if (slash < 0) {
            return new Route(Kind.RESERVATION, rest);
        }
        String key = rest.substring(0, slash);
        return switch (rest.substring(slash + 1)) {
            case "capture" -> new Route(Kind.CAPTURE, key);
            case "void" -> new Route(Kind.VOID, key);
            default -> new Route(Kind.OTHER, "");
        };
    }
}
