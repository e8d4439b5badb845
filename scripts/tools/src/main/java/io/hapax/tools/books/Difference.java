package io.hapax.tools.books;

/**
 * One difference between topics and books.
 *
 * @param subject the record or row that differs, by its place or id
 * @param detail the value that is there and the value that must be there
 */
public record Difference(Kind kind, String subject, String detail) {
    /** The kind of a difference. The names are stable codes. */
    public enum Kind {
        /** The ledger was told to post a payment and has processed that part of the log, but has no such payment. */
        NOT_POSTED,
        /** The ledger has a payment that no event told it to post. */
        POSTED_WITHOUT_EVENT,
        /** A payment on record says something else than its event. */
        CONTENT_DIFFERS,
        /** An account's agreed opening balance is not posted. */
        OPENING_MISSING,
        /** The published outcome is not what is on record. */
        OUTCOME_DIFFERS,
        /** A payment was processed, and no outcome reports it. */
        OUTCOME_MISSING,
        /** An outcome about a payment that the ledger was never told about. */
        OUTCOME_WITHOUT_EVENT,
        /** A decision about a payment that the ledger was never told about. */
        DECISION_WITHOUT_EVENT,
        /** The outcome was processed, and its command has no answer. */
        DECISION_MISSING,
        /** An answer says something else than what is on record. */
        DECISION_DIFFERS,
        /** A completed payment lacks one of its two entries. */
        ENTRY_MISSING,
        /** An entry that belongs to no completed payment. */
        ENTRY_WITHOUT_PAYMENT,
        /** An entry's amount is not that of its payment. */
        ENTRY_DIFFERS,
        /** An account is kept in another currency than the payment on it. */
        CURRENCY_DIFFERS,
        /**
         * A balance that neither entries nor payments nor the log explain; or, where it follows, that they disagree.
         */
        ACCOUNT_DIFFERS,
        /** A balance after an entry does not follow from the one before. */
        CHAIN_BROKEN,
        /** The posting rule decides otherwise, and no order of postings explains it. Only in a rebuild. */
        RULE_DIFFERS,
        /** The entries of a currency do not sum to zero. */
        SUM_NOT_ZERO,
        /** What is held of an account, or how a reservation ended, does not follow from the steps on record. */
        RESERVATION_DIFFERS
    }
}
