package io.hapax.tools.console;

/** What a login may do. */
enum Role {
    /** Sees every page. */
    LOOK,
    /** Sees every page, and may act. */
    ACT
}
