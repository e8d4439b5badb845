package io.hapax.stream.topology;

import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationEventKind;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.schemas.ReservationOutcomeStatus;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.VoidCommand;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;

/** Commands, events and outcomes of one reservation, capture and voiding. */
final class Steps {
    static final Duration HOLD = Duration.ofDays(2);

    private Steps() {}

    static SpecificRecord command(ReservationStep step, String key, long amountMinor, Instant sentAt) {
        return switch (step) {
            case RESERVE ->
                ReservationCommand.newBuilder()
                        .setClientId("acme")
                        .setIdempotencyKey(key)
                        .setDebtorAccount("alice")
                        .setCreditorAccount("bob")
                        .setHoldMinor(amountMinor)
                        .setCurrency("EUR")
                        .setReference("rent")
                        .setSentAt(sentAt)
                        .setHoldMs(HOLD.toMillis())
                        .setMultiple(true)
                        .build();
            case CAPTURE ->
                CaptureCommand.newBuilder()
                        .setClientId("acme")
                        .setIdempotencyKey(key)
                        .setReservationKey("hold-1")
                        .setDebtorAccount("alice")
                        .setAmountMinor(amountMinor)
                        .setCurrency("EUR")
                        .setMoreWillFollow(true)
                        .setReference("March")
                        .setSentAt(sentAt)
                        .build();
            case VOID ->
                VoidCommand.newBuilder()
                        .setClientId("acme")
                        .setIdempotencyKey(key)
                        .setReservationKey("hold-1")
                        .setDebtorAccount("alice")
                        .setSentAt(sentAt)
                        .build();
        };
    }

    /** What the ledger is to be told of the command of the key order-1. */
    static ReservationEvent expected(ReservationStep step, ReservationEventKind asked, int attempt) {
        boolean isReserve = step == ReservationStep.RESERVE;
        boolean isCapture = step == ReservationStep.CAPTURE;
        return ReservationEvent.newBuilder()
                .setAsked(asked)
                .setPaymentId(new PaymentKey("acme", "order-1").paymentId())
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setStep(step)
                .setReservationKey(isReserve ? null : "hold-1")
                .setDebtorAccount("alice")
                .setCreditorAccount(isReserve ? "bob" : null)
                .setStepAmountMinor(isReserve || isCapture ? 1000L : null)
                .setCurrency(isReserve || isCapture ? "EUR" : null)
                .setReference(isReserve ? "rent" : isCapture ? "March" : null)
                .setHoldMs(isReserve ? HOLD.toMillis() : null)
                .setMultiple(isReserve ? true : null)
                .setMoreWillFollow(isCapture ? true : null)
                .setAttempt(attempt)
                .setAcceptedAt(Journey.NOON)
                .setCommandPartition(0)
                .setCommandOffset(0)
                .build();
    }

    static ReservationOutcome outcome(ReservationEvent event, ReservationOutcomeStatus result, String reason) {
        return ReservationOutcome.newBuilder()
                .setPaymentId(event.getPaymentId())
                .setClientId(event.getClientId())
                .setIdempotencyKey(event.getIdempotencyKey())
                .setStep(event.getStep())
                .setResult(result)
                .setFailureReason(reason)
                .setAttempt(event.getAttempt())
                .setAcceptedAt(event.getAcceptedAt())
                .setCommandPartition(event.getCommandPartition())
                .setCommandOffset(event.getCommandOffset())
                .build();
    }
}
