package io.hapax.lab.simulation;

import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command as a client sends it.
 *
 * @param keyMadeAt the time inside its key, if that is a UUIDv7
 */
record SentCommand(
        PaymentKey key,
        @Nullable Instant keyMadeAt,
        String debtor,
        String creditor,
        long amountMinor,
        @Nullable Instant sentAt) {
    /** The time at which the command says that it was first sent; null if it gives none. */
    @Nullable Instant saysFirstSentAt() {
        return sentAt != null ? sentAt : keyMadeAt;
    }

    ReceivedCommand received(LogPosition origin) {
        return new ReceivedCommand.Pay(key, debtor, creditor, amountMinor, "EUR", null, sentAt, origin);
    }
}
