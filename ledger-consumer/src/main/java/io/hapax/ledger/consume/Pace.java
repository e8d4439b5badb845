package io.hapax.ledger.consume;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The pace of what is done now and then, however often it is asked for. For use by one thread. */
final class Pace {
    private final InstantSource clock;
    private Instant last = Instant.MIN;

    Pace(InstantSource clock) {
        this.clock = clock;
    }

    /** True if it was last due so long ago, or if the clock was set back since. */
    boolean isDue(Duration every) {
        Instant now = clock.instant();
        if (!now.isBefore(last) && now.isBefore(last.plus(every))) return false;
        last = now;
        return true;
    }
}
