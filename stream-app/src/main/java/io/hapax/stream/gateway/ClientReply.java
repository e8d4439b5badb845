package io.hapax.stream.gateway;

/**
 * An answer and to whom.
 *
 * @param client from its credentials
 */
record ClientReply(Reply reply, String client) {
    /** Whoever did not say or prove who it is. */
    static final String NOBODY = "none";
}
