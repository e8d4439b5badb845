package io.hapax.stream.gateway.journey;

import io.hapax.app.health.Check;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The distance, in records, between the decision feed and the end of the log. A feed that is behind for longer than
 * clients wait fails its check: each request would be told to come again, though its payment is settled.
 */
final class FeedProgress {
    /**
     * The number of records that the feed reads in well under a second. A feed that keeps up is behind only by the
     * records that are made while it reads.
     */
    private static final long CLOSE = 10_000;

    /** Longer than any wait of a client. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LongSupplier nanoClock;
    private volatile long closeAtNanos;
    private volatile long lag;

    FeedProgress(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.closeAtNanos = nanoClock.getAsLong();
    }

    /** After each round of reading. */
    void at(long lag) {
        this.lag = lag;
        if (lag <= CLOSE) {
            closeAtNanos = nanoClock.getAsLong();
        }
    }

    Check check() {
        Duration behind = Duration.ofNanos(nanoClock.getAsLong() - closeAtNanos);
        return behind.compareTo(PATIENCE) <= 0
                ? Check.passed("decisions", "are read")
                : Check.failed(
                        "decisions",
                        "not read up to their end for " + behind.toSeconds() + " s, at last " + lag + " behind");
    }

    Check dead() {
        return Check.failed("decisions", "nobody reads them: see the log, and restart the app");
    }
}
