package io.hapax.stream.gateway;

/**
 * The fields {@code RateLimit-Policy} and {@code RateLimit} (draft-ietf-httpapi-ratelimit-headers-10), which tell a
 * client its limits at this instance and what is left of them.
 */
final class LimitFields {
    static final String POLICY = "RateLimit-Policy";
    static final String LIMIT = "RateLimit";

    private final String policy;

    /**
     * @param burst requests at once after a pause
     * @param perSecond requests in the long run
     * @param inFlight requests at the same time
     */
    LimitFields(int burst, int perSecond, int inFlight) {
        // As many as the burst come back in this time.
        int window = Math.ceilDiv(burst, perSecond);
        policy = "\"rate\";q=" + burst + ";w=" + window + ", \"in-flight\";q=" + inFlight
                + ";qu=\"concurrent-requests\"";
    }

    /**
     * The reply, with the fields.
     *
     * @param requests that the client may send at once from now on
     * @param places for requests at the same time that the client has left
     */
    Reply tell(Reply reply, int requests, int places) {
        // A rate is at least one request in a second: so within that time there is one more.
        return reply.with(POLICY, policy).with(LIMIT, "\"rate\";r=" + requests + ";t=1, \"in-flight\";r=" + places);
    }
}
