package io.hapax.ledger.posting;

import java.time.Instant;

/**
 * The time that a record of the log tells. A record without a time, or with one that no calendar has, is as old as can
 * be, so that it moves no clock. An outsider has written it.
 */
final class LogTime {
    /** The end of the year 9999. */
    static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private LogTime() {}

    static Instant of(Instant told) {
        return told.isBefore(Instant.EPOCH) || told.isAfter(LATEST) ? Instant.EPOCH : told;
    }
}
