package io.hapax.insight;

import java.time.Duration;

/**
 * The thresholds at which a detector reports a finding. They are documented for users in docs/insight.md, and were
 * chosen on the traffic model.
 */
public final class Thresholds {
    /** Replays of one key. An exponential back-off gives up long before. */
    public static final int LOOP_REPLAYS = 20;

    /** A replay later than this after the one before starts to count anew. */
    public static final Duration LOOP_LONGEST_GAP = Duration.ofMinutes(30);

    /** Different old keys. */
    public static final int RECORDED_KEYS = 50;

    /** Within which they come. */
    public static final Duration RECORDED_WITHIN = Duration.ofMinutes(10);

    /** A key is old when its payment was accepted this long ago. */
    public static final Duration OLD_AFTER = Duration.ofHours(1);

    /**
     * Difference in age between old keys, the lowest and highest tenth left out, that no file that is sent again has.
     */
    public static final Duration RECORDED_SPREAD = Duration.ofHours(1);

    /** Times that one key comes too late. */
    public static final int LATE_TIMES = 5;

    /** Pause after which it counts anew. */
    public static final Duration LATE_LONGEST_GAP = Duration.ofHours(24);

    /** Different keys that come too late. */
    public static final int STALE_KEYS = 20;

    /** Within which they come. */
    public static final Duration STALE_WITHIN = Duration.ofHours(1);

    /**
     * A key that only the ledger knew is as good as one that came too late when its payment was accepted this long
     * ago.
     */
    public static final Duration STALE_AFTER = Duration.ofHours(24);

    /** Conflicts. */
    public static final int CONFLICTS = 5;

    /** Within which they come. */
    public static final Duration CONFLICTS_WITHIN = Duration.ofHours(1);

    /** Two equal payments under two keys are a pair when they come within this. */
    public static final Duration PAIR_WITHIN = Duration.ofMinutes(10);

    /** Pairs in an hour, beyond twice those of the client's busiest hour of the week before yesterday. */
    public static final int PAIRS = 5;

    /** Keys in a row that are weak in the same way. */
    public static final int WEAK_KEYS = 50;

    /** A key is short below this many characters. */
    public static final int SHORT_KEY = 8;

    /** A key that differs from the one before in fewer bits than this will meet another within some ten thousand. */
    public static final double GUESSABLE_BITS = 32;

    /** Payments in an hour, and how many times the client's busiest hour of the week before yesterday. */
    public static final int UNUSUAL_PAYMENTS = 100;

    /** Invalid or failed ones in an hour, likewise. */
    public static final int UNUSUAL_TROUBLE = 20;

    /** Times the busiest hour. */
    public static final int UNUSUAL_FACTOR = 4;

    private Thresholds() {}
}
