package io.hapax.lab.simulation;

import io.hapax.ledger.posting.LedgerInput;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.Step;
import io.hapax.stream.decision.Cancellation;
import io.hapax.stream.decision.Capture;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Reservation;
import io.hapax.stream.decision.Voiding;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.UUID;

/** The mapping of messages to what the posting rule reads. */
final class LedgerInputs {
    private LedgerInputs() {}

    /** @param eventTimeMs by which the event is judged */
    static LedgerInput input(Log.Entry<LedgerMessage> entry, int partition, long eventTimeMs) {
        return switch (entry.value()) {
            case LedgerMessage.TimePassed(var at) -> new LedgerInput.TimePassed(partition, at);
            case LedgerMessage.Event event ->
                request(event, new LogPosition(partition, entry.offset()), Instant.ofEpochMilli(eventTimeMs));
        };
    }

    private static PostingRequest request(LedgerMessage.Event event, LogPosition at, Instant eventTime) {
        Pending pending = event.pending();
        return new PostingRequest(
                isInquiry(event) ? PostingRequest.Kind.INQUIRE : PostingRequest.Kind.POST,
                event.paymentId(),
                pending.key().clientId(),
                pending.key().idempotencyKey(),
                content(pending.key(), pending.payload()),
                pending.first().attempt(),
                pending.first().seenAt(),
                pending.first().origin(),
                at,
                eventTime);
    }

    /** A cancel is order and question in one. */
    static boolean isInquiry(LedgerMessage.Event event) {
        return event.inquiry() && !event.pending().first().isCancel();
    }

    private static PaymentContent content(PaymentKey key, Payload payload) {
        return switch (payload) {
            case Payment payment ->
                new PaymentContent(
                        payment.debtorAccount(),
                        payment.creditorAccount(),
                        payment.amountMinor(),
                        payment.currency(),
                        payment.reference());
            case Reservation reservation ->
                new PaymentContent(
                        reservation.debtorAccount(),
                        reservation.creditorAccount(),
                        reservation.amountMinor(),
                        reservation.currency(),
                        reservation.reference(),
                        new Step.Reserve(reservation.hold(), reservation.multiple()));
            case Capture capture ->
                new PaymentContent(
                        capture.debtorAccount(),
                        "",
                        capture.amountMinor(),
                        capture.currency(),
                        capture.reference(),
                        new Step.Capture(reservation(key, capture.reservationKey()), capture.moreWillFollow()));
            case Voiding voiding ->
                new PaymentContent(
                        voiding.debtorAccount(),
                        "",
                        0,
                        "",
                        null,
                        new Step.Release(reservation(key, voiding.reservationKey())));
            case Cancellation cancel -> PaymentContent.cancel();
        };
    }

    private static UUID reservation(PaymentKey key, String reservationKey) {
        return new PaymentKey(key.clientId(), reservationKey).paymentId();
    }
}
