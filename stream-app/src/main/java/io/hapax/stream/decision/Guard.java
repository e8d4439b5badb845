package io.hapax.stream.decision;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The guard of a payment: all that the ledger is to heed when it posts it, besides what it says. It is that of the
 * first command under a key, and stays.
 *
 * @param window in which an equal payment under another key is a suspected duplicate; zero: none is
 * @param confirmsDistinctFrom key of an equal payment of the client, besides which this one is meant
 */
public record Guard(Duration window, @Nullable String confirmsDistinctFrom) {
    /** A window is as long as that at least, unless there is none. */
    public static final Duration SHORTEST = Duration.ofMinutes(1);

    /** A window is as long as that at most. The ledger takes no longer one. */
    public static final Duration LONGEST = Duration.ofHours(24);

    /** Nothing to heed. */
    public static final Guard NONE = new Guard(Duration.ZERO, null);

    /** The guard of a command, before anybody knows the window. */
    static Guard confirming(@Nullable String key) {
        return key == null ? NONE : new Guard(Duration.ZERO, key);
    }

    /** True if the ledger has something to heed: without a window, a confirmation says nothing. */
    public boolean isOn() {
        return !window.isZero();
    }

    /** The same in a window; none at all if it is zero. */
    Guard within(Duration other) {
        return other.isZero() ? NONE : new Guard(other, confirmsDistinctFrom);
    }
}
