package io.hapax.lab.simulation;

/** The kind of an answer, for the report. */
enum AnswerKind {
    INVALID,
    CONFLICT,
    IN_FLIGHT,
    REPLAYED,
    EXPIRED,
    SETTLED,
    /** A cancel that did what it was to do. */
    CANCELLED,
    /** A cancel that was told what the ledger had done, or refused, before it. */
    CANCELLED_TOO_LATE,
    /** A payment or step that was answered by a cancel, or by the ledger since there had been one. */
    STOPPED_BY_A_CANCEL,
    /** Settled by what the ledger was asked, nothing was posted. */
    RECALLED,
    /** Settled after the ledger was asked, since it had never seen the payment. */
    RECALLED_UNSEEN
}
