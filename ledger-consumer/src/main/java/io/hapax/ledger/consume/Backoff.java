package io.hapax.ledger.consume;

import java.time.Duration;

/**
 * The time to wait before a failed batch is tried again.
 *
 * @param first after the first failure; twice as long after each further one
 * @param longest at most
 */
record Backoff(Duration first, Duration longest) {
    private static final int MAX_DOUBLINGS = 30;

    /** @param failures in a row, at least one */
    Duration after(int failures) {
        Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return doubled.compareTo(longest) < 0 ? doubled : longest;
    }
}
