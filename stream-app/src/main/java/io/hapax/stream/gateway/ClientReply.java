package io.hapax.stream.gateway;

/**
 * An answer with the client that it is for.
 *
 * @param client from its credentials
 */
record ClientReply(Reply reply, String client) {
    /** Whoever did not say or prove who it is. */
    static final String NOBODY = "none";
}
