package io.hapax.lab.simulation;

import io.hapax.stream.decision.Asked;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command as a client sends it.
 *
 * @param keyMadeAt the time inside its key, if that is a UUIDv7
 * @param wish what a retry must repeat
 */
record SentCommand(
        PaymentKey key,
        @Nullable Instant keyMadeAt,
        Wish wish,
        @Nullable Instant sentAt) {
    /**
     * The wish of a client. Fields that its kind does not have are empty.
     *
     * @param reservationKey that a capture or voiding names
     * @param holdMs of a reservation
     * @param more of a reservation: several captures may follow; of a capture: more will follow
     */
    record Wish(
            Asked.Kind kind,
            String reservationKey,
            String debtor,
            String creditor,
            long amountMinor,
            long holdMs,
            boolean more) {
        static Wish payment(String debtor, String creditor, long amountMinor) {
            return new Wish(Asked.Kind.PAYMENT, "", debtor, creditor, amountMinor, 0, false);
        }

        static Wish reservation(String debtor, String creditor, long amountMinor, long holdMs, boolean multiple) {
            return new Wish(Asked.Kind.RESERVE, "", debtor, creditor, amountMinor, holdMs, multiple);
        }

        static Wish capture(String reservationKey, String debtor, long amountMinor, boolean moreWillFollow) {
            return new Wish(Asked.Kind.CAPTURE, reservationKey, debtor, "", amountMinor, 0, moreWillFollow);
        }

        static Wish voiding(String reservationKey, String debtor) {
            return new Wish(Asked.Kind.VOID, reservationKey, debtor, "", 0, 0, false);
        }

        static Wish cancel() {
            return new Wish(Asked.Kind.CANCEL, "", "", "", 0, 0, false);
        }

        boolean isCancel() {
            return kind == Asked.Kind.CANCEL;
        }

        /** The same with another amount; a voiding has none, and names another reservation. */
        Wish withAmount(long otherMinor) {
            return kind == Asked.Kind.VOID
                    ? voiding(reservationKey + otherMinor, debtor)
                    : new Wish(kind, reservationKey, debtor, creditor, otherMinor, holdMs, more);
        }
    }

    /** A command to pay. */
    SentCommand(
            PaymentKey key,
            @Nullable Instant keyMadeAt,
            String debtor,
            String creditor,
            long amountMinor,
            @Nullable Instant sentAt) {
        this(key, keyMadeAt, Wish.payment(debtor, creditor, amountMinor), sentAt);
    }

    /** The time at which the command says that it was first sent; null if it gives none. */
    @Nullable Instant saysFirstSentAt() {
        return sentAt != null ? sentAt : keyMadeAt;
    }

    ReceivedCommand received(LogPosition origin) {
        return switch (wish.kind) {
            case PAYMENT ->
                new ReceivedCommand.Pay(key, wish.debtor, wish.creditor, wish.amountMinor, "EUR", null, sentAt, origin);
            case RESERVE ->
                new ReceivedCommand.Reserve(
                        key,
                        wish.debtor,
                        wish.creditor,
                        wish.amountMinor,
                        "EUR",
                        null,
                        wish.holdMs,
                        wish.more,
                        sentAt,
                        origin);
            case CAPTURE ->
                new ReceivedCommand.Capture(
                        key,
                        wish.reservationKey,
                        wish.debtor,
                        wish.amountMinor,
                        "EUR",
                        wish.more,
                        null,
                        sentAt,
                        origin);
            case VOID -> new ReceivedCommand.Free(key, wish.reservationKey, wish.debtor, sentAt, origin);
            case CANCEL -> new ReceivedCommand.Cancel(key, origin);
        };
    }
}
