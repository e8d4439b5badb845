package io.hapax.stream.decision;

import io.hapax.topics.PaymentKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command that breaks no rule.
 *
 * @param firstSentAt when the client says that it first sent this payment; null when it does not say
 */
public record Command(
        PaymentKey key, Payment payment, @Nullable Instant firstSentAt, Origin origin) {}
