package io.hapax.ledger.consume;

import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationEventKind;
import io.hapax.schemas.ReservationStep;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;

/** Events about reservations for tests, readable in one line each, as the app writes them. */
final class ReservationEvents {
    static final String CLIENT = "shop";

    private ReservationEvents() {}

    static ReservationEvent reserve(
            String key, String debtor, String creditor, long amountMinor, Duration hold, boolean multiple, Instant at) {
        return event(ReservationStep.RESERVE, key, debtor, at)
                .setCreditorAccount(creditor)
                .setStepAmountMinor(amountMinor)
                .setCurrency("EUR")
                .setHoldMs(hold.toMillis())
                .setMultiple(multiple)
                .build();
    }

    static ReservationEvent capture(
            String key, String reservation, String debtor, long amountMinor, boolean more, Instant at) {
        return event(ReservationStep.CAPTURE, key, debtor, at)
                .setReservationKey(reservation)
                .setStepAmountMinor(amountMinor)
                .setCurrency("EUR")
                .setMoreWillFollow(more)
                .build();
    }

    static ReservationEvent release(String key, String reservation, String debtor, Instant at) {
        return event(ReservationStep.VOID, key, debtor, at)
                .setReservationKey(reservation)
                .build();
    }

    static ReservationEvent inquiry(ReservationEvent about) {
        return ReservationEvent.newBuilder(about)
                .setAsked(ReservationEventKind.INQUIRE)
                .build();
    }

    private static ReservationEvent.Builder event(ReservationStep step, String key, String debtor, Instant at) {
        return ReservationEvent.newBuilder()
                .setAsked(ReservationEventKind.POST)
                .setStep(step)
                .setPaymentId(new PaymentKey(CLIENT, key).paymentId())
                .setClientId(CLIENT)
                .setIdempotencyKey(key)
                .setDebtorAccount(debtor)
                .setAttempt(1)
                .setAcceptedAt(at)
                .setCommandPartition(3)
                .setCommandOffset(at.toEpochMilli());
    }
}
