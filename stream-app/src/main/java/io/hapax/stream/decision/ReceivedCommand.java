package io.hapax.stream.decision;

import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A command as it came in: any value may break a rule. {@link CommandCheck} makes a {@link Command} of it. */
public sealed interface ReceivedCommand {
    PaymentKey key();

    /** The time at which the client says that it first sent the command. Null if it does not say. */
    @Nullable Instant sentAt();

    LogPosition origin();

    /** A command to pay. */
    record Pay(
            PaymentKey key,
            String debtorAccount,
            String creditorAccount,
            long amountMinor,
            String currency,
            @Nullable String reference,
            @Nullable Instant sentAt,
            LogPosition origin,
            EncodedPayment encoded)
            implements ReceivedCommand {

        /** A command of which nobody knows how it was encoded. */
        public Pay(
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
}
