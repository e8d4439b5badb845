package io.hapax.ledger.posting;

import java.time.Instant;

/** One thing that the ledger reads from its log. */
public sealed interface LedgerInput permits PostingRequest, LedgerInput.TimePassed {

    /**
     * A time that a partition of the log has come to. All holds of that partition that end by then are over.
     *
     * @param partition of the log
     * @param at 1970 if it is a time that no calendar has
     */
    record TimePassed(int partition, Instant at) implements LedgerInput {
        public TimePassed {
            at = LogTime.of(at);
        }
    }
}
