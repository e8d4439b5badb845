package io.hapax.insight;

import java.time.Duration;

/** A way to use keys that somebody should look at. Incidents are per client and kind. */
public enum MisuseKind {
    /** A settled payment is asked for again and again. */
    RETRY_LOOP(Duration.ofHours(1)),

    /** Many old keys come again, one after the other, as if somebody had recorded them. */
    REPLAY_ATTACK(Duration.ofHours(1)),

    /** Keys come again after they were forgotten. */
    SENT_AFTER_EXPIRY(Duration.ofHours(24)),

    /** Keys are used for other payments than their own. */
    KEY_REUSED(Duration.ofHours(24)),

    /** The same payment is asked for under several keys, which no service can tell from a second purchase. */
    IDEMPOTENCY_DRIFT(Duration.ofHours(24)),

    /** Keys are such that two payments may meet under one, or strangers guess them. */
    WEAK_KEYS(Duration.ofDays(7)),

    /** Something else differs from the client's own past. */
    UNUSUAL_USAGE(Duration.ofHours(6));

    private final Duration quiet;

    MisuseKind(Duration quiet) {
        this.quiet = quiet;
    }

    /** An incident is over when nothing of it was seen for this long. */
    public Duration quiet() {
        return quiet;
    }
}
