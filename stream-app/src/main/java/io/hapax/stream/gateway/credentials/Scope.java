package io.hapax.stream.gateway.credentials;

/** The right that a key gives its client. */
public enum Scope {
    /** To send payments. */
    WRITE,
    /** To ask what became of them. */
    READ
}
