package io.hapax.stream.decision;

import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command that breaks no rule.
 *
 * @param firstSentAt when the client says that it first sent this payment; null when it does not say
 * @param refusedIfNew the rule that it breaks if its payment is not known yet; null as a rule. What was paid before
 *     the rule was there is still answered
 * @param guard of a new payment
 */
public record Command(
        PaymentKey key,
        Payload payload,
        @Nullable Instant firstSentAt,
        LogPosition origin,
        @Nullable Violation refusedIfNew,
        Guard guard) {

    /** True if it asks that nothing be done under the key. */
    public boolean isCancel() {
        return payload instanceof Cancellation;
    }

    /** A command that nothing guards. */
    public Command(
            PaymentKey key,
            Payload payload,
            @Nullable Instant firstSentAt,
            LogPosition origin,
            @Nullable Violation refusedIfNew) {
        this(key, payload, firstSentAt, origin, refusedIfNew, Guard.NONE);
    }

    /** A command that may make a new payment. */
    public Command(PaymentKey key, Payload payload, @Nullable Instant firstSentAt, LogPosition origin) {
        this(key, payload, firstSentAt, origin, null, Guard.NONE);
    }

    /** The same, where the window is known that is in force. */
    public Command within(Duration window) {
        Guard guarded = guard.within(window);
        return guarded.equals(guard) ? this : new Command(key, payload, firstSentAt, origin, refusedIfNew, guarded);
    }
}
