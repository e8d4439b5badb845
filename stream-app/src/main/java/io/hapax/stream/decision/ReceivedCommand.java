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

    /** What the command asks for. */
    Asked asked();

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
            EncodedPayment encoded,
            @Nullable String confirmsDistinctFrom)
            implements ReceivedCommand {

        /** A command that confirms nothing, and of which nobody knows how it was encoded. */
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
                    EncodedPayment.NONE,
                    null);
        }

        @Override
        public Asked asked() {
            return Asked.PAYMENT;
        }
    }

    /** A command to hold money. */
    record Reserve(
            PaymentKey key,
            String debtorAccount,
            String creditorAccount,
            long amountMinor,
            String currency,
            @Nullable String reference,
            long holdMs,
            boolean multiple,
            @Nullable Instant sentAt,
            LogPosition origin)
            implements ReceivedCommand {
        @Override
        public Asked asked() {
            return Asked.RESERVATION;
        }
    }

    /** A command to move held money. */
    record Capture(
            PaymentKey key,
            String reservationKey,
            String debtorAccount,
            long amountMinor,
            String currency,
            boolean moreWillFollow,
            @Nullable String reference,
            @Nullable Instant sentAt,
            LogPosition origin)
            implements ReceivedCommand {
        @Override
        public Asked asked() {
            return new Asked(Asked.Kind.CAPTURE, reservationKey);
        }
    }

    /** A command to do nothing under the key, ever. It tells no time: it is never too late. */
    record Cancel(PaymentKey key, LogPosition origin) implements ReceivedCommand {
        @Override
        public @Nullable Instant sentAt() {
            return null;
        }

        @Override
        public Asked asked() {
            return Asked.CANCELLATION;
        }
    }

    /** A command to free held money. */
    record Free(
            PaymentKey key,
            String reservationKey,
            String debtorAccount,
            @Nullable Instant sentAt,
            LogPosition origin) implements ReceivedCommand {
        @Override
        public Asked asked() {
            return new Asked(Asked.Kind.VOID, reservationKey);
        }
    }
}
