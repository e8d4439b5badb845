package io.hapax.tools.simulation;

import io.hapax.stream.decision.Origin;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A command as a client sends it. */
record SentCommand(
        PaymentKey key,
        String debtor,
        String creditor,
        long amountMinor,
        @Nullable Instant sentAt) {
    ReceivedCommand received(Origin origin) {
        return new ReceivedCommand(key, debtor, creditor, amountMinor, "EUR", null, sentAt, origin);
    }
}
