package io.hapax.ledger.posting;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The guard of a payment against being made again under another key. It is no part of what a repetition must say.
 *
 * @param window for so long before this payment an equal one makes it a suspected duplicate, and for so long after it
 *     this payment is remembered; zero: neither. At most a day: more can only come from an outsider
 * @param confirmsDistinctFrom key of an equal payment of the same client, besides which this one is meant
 */
public record Guard(Duration window, @Nullable String confirmsDistinctFrom) {
    /** The longest window, which bounds what is remembered. */
    public static final Duration LONGEST = Duration.ofHours(24);

    /** Of a payment whose client did not ask for it. */
    public static final Guard NONE = new Guard(Duration.ZERO, null);

    public Guard {
        if (window.isNegative()) window = Duration.ZERO;
        if (window.compareTo(LONGEST) > 0) window = LONGEST;
    }

    /** True if the payment may be a suspected duplicate, and others may be of it. */
    public boolean isOn() {
        return !window.isZero();
    }
}
