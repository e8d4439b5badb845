package io.hapax.stream.gateway.credentials;

/** What a key allows its client. */
public enum Scope {
    /** To send payments. */
    WRITE,
    /** To ask what became of them. */
    READ
}
