package io.hapax.storm.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision on {@code payment-decisions}.
 *
 * @param at where it lies
 * @param key the record's key, in base64
 * @param command the command that it answers
 * @param result what became of the payment, with SETTLED and REPLAYED
 * @param original the accepted command, where another one is answered
 */
record Decision(
        Place at,
        @Nullable String key,
        Place command,
        Name name,
        @Nullable String paymentId,
        String verdict,
        @Nullable Result result,
        List<String> violations,
        List<String> differing,
        @Nullable Long firstSeenMs,
        @Nullable Long expiresMs,
        long decidedMs,
        @Nullable Place original,
        @Nullable Long ledgerKnewSinceMs) {
    boolean is(String other) {
        return verdict.equals(other);
    }

    /** When the payment was accepted, as HTTP tells it. */
    @Nullable Long acceptedMs() {
        return ledgerKnewSinceMs == null ? firstSeenMs : ledgerKnewSinceMs;
    }
}
