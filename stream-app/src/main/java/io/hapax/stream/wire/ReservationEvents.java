package io.hapax.stream.wire;

import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationEventKind;
import io.hapax.stream.decision.Capture;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Reservation;
import io.hapax.stream.decision.Voiding;
import io.hapax.stream.wire.LedgerEventSerializer.Told;

/** The mapping of what the ledger is told and asked about reservations, captures and voidings to Avro. */
final class ReservationEvents {
    private ReservationEvents() {}

    static ReservationEvent event(Told told, Payload.OfDebtor payload) {
        AcceptedCommand first = told.pending().first();
        ReservationEvent.Builder event = ReservationEvent.newBuilder()
                .setAsked(asked(told))
                .setPaymentId(told.paymentId())
                .setClientId(told.pending().key().clientId())
                .setIdempotencyKey(told.pending().key().idempotencyKey())
                .setStep(ReservationDecisions.step(payload.asked()))
                .setReservationKey(payload.asked().reservationKey())
                .setDebtorAccount(payload.debtorAccount())
                .setAttempt(first.attempt())
                .setAcceptedAt(first.seenAt())
                .setCommandPartition(first.origin().partition())
                .setCommandOffset(first.origin().offset());
        return switch (payload) {
            case Reservation reservation ->
                event.setCreditorAccount(reservation.creditorAccount())
                        .setStepAmountMinor(reservation.amountMinor())
                        .setCurrency(reservation.currency())
                        .setReference(reservation.reference())
                        .setHoldMs(reservation.hold().toMillis())
                        .setMultiple(reservation.multiple())
                        .build();
            case Capture capture ->
                event.setStepAmountMinor(capture.amountMinor())
                        .setCurrency(capture.currency())
                        .setReference(capture.reference())
                        .setMoreWillFollow(capture.moreWillFollow())
                        .build();
            case Voiding voiding -> event.build();
            case Payment payment -> throw new IllegalArgumentException("a payment in one step");
        };
    }

    private static ReservationEventKind asked(Told told) {
        return switch (told.kind()) {
            case POST -> ReservationEventKind.POST;
            case INQUIRE -> ReservationEventKind.INQUIRE;
        };
    }
}
