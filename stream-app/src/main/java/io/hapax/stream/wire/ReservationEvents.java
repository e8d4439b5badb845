package io.hapax.stream.wire;

import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationEventKind;
import io.hapax.schemas.ReservationStep;
import io.hapax.stream.decision.Capture;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.Reservation;
import io.hapax.stream.decision.Voiding;
import io.hapax.stream.wire.LedgerEventSerializer.Told;

/** The mapping of what the ledger is told and asked about reservations, captures and voidings to Avro. */
final class ReservationEvents {
    private ReservationEvents() {}

    static ReservationEvent event(Told told, Reservation reservation) {
        AcceptedCommand first = told.pending().first();
        return new ReservationEvent(
                asked(told),
                told.paymentId(),
                told.pending().key().clientId(),
                told.pending().key().idempotencyKey(),
                ReservationStep.RESERVE,
                null,
                reservation.debtorAccount(),
                reservation.creditorAccount(),
                reservation.amountMinor(),
                reservation.currency(),
                reservation.reference(),
                reservation.hold().toMillis(),
                reservation.multiple(),
                null,
                first.attempt(),
                first.seenAt(),
                first.origin().partition(),
                first.origin().offset());
    }

    static ReservationEvent event(Told told, Capture capture) {
        AcceptedCommand first = told.pending().first();
        return new ReservationEvent(
                asked(told),
                told.paymentId(),
                told.pending().key().clientId(),
                told.pending().key().idempotencyKey(),
                ReservationStep.CAPTURE,
                capture.reservationKey(),
                capture.debtorAccount(),
                null,
                capture.amountMinor(),
                capture.currency(),
                capture.reference(),
                null,
                null,
                capture.moreWillFollow(),
                first.attempt(),
                first.seenAt(),
                first.origin().partition(),
                first.origin().offset());
    }

    static ReservationEvent event(Told told, Voiding voiding) {
        AcceptedCommand first = told.pending().first();
        return new ReservationEvent(
                asked(told),
                told.paymentId(),
                told.pending().key().clientId(),
                told.pending().key().idempotencyKey(),
                ReservationStep.VOID,
                voiding.reservationKey(),
                voiding.debtorAccount(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                first.attempt(),
                first.seenAt(),
                first.origin().partition(),
                first.origin().offset());
    }

    private static ReservationEventKind asked(Told told) {
        return switch (told.kind()) {
            case POST -> ReservationEventKind.POST;
            case INQUIRE -> ReservationEventKind.INQUIRE;
        };
    }
}
