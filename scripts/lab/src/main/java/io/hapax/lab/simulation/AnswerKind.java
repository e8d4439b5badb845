package io.hapax.lab.simulation;

/** The kind of an answer, for the report. */
enum AnswerKind {
    INVALID,
    CONFLICT,
    IN_FLIGHT,
    REPLAYED,
    EXPIRED,
    SETTLED,
    /** Settled by what the ledger was asked, nothing was posted. */
    RECALLED,
    /** Settled after the ledger was asked, since it had never seen the payment. */
    RECALLED_UNSEEN
}
