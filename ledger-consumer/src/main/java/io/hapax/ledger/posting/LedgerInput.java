package io.hapax.ledger.posting;

import java.time.Instant;

/** One thing that the ledger reads from its log. */
public sealed interface LedgerInput permits PostingRequest, LedgerInput.TimePassed, LedgerInput.TimeRead {

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

    /**
     * The time of an event that changes nothing else: in a rebuild, an inquiry or a repetition. It ends no hold, as
     * neither does.
     *
     * @param partition of the log
     * @param at 1970 if it is a time that no calendar has
     */
    record TimeRead(int partition, Instant at) implements LedgerInput {
        public TimeRead {
            at = LogTime.of(at);
        }
    }
}
