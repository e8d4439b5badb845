package io.hapax.stream.decision;

import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A command as it came in: any value may break a rule. {@link CommandCheck} makes a {@link Command} of it. */
public record ReceivedCommand(
        PaymentKey key,
        String debtorAccount,
        String creditorAccount,
        long amountMinor,
        String currency,
        @Nullable String reference,
        @Nullable Instant sentAt,
        LogPosition origin,
        EncodedPayment encoded) {

    /** A command of which nobody knows how it was encoded. */
    public ReceivedCommand(
            PaymentKey key,
            String debtorAccount,
            String creditorAccount,
            long amountMinor,
            String currency,
            @Nullable String reference,
            @Nullable Instant sentAt,
            LogPosition origin) {
        this(
                key,
                debtorAccount,
                creditorAccount,
                amountMinor,
                currency,
                reference,
                sentAt,
                origin,
                EncodedPayment.NONE);
    }
}
