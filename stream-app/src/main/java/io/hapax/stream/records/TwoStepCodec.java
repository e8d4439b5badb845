package io.hapax.stream.records;

import io.hapax.schemas.CaptureContent;
import io.hapax.schemas.PendingStep;
import io.hapax.schemas.RefusedStep;
import io.hapax.schemas.ReservationContent;
import io.hapax.schemas.SettledStep;
import io.hapax.schemas.TwoStepRecord;
import io.hapax.schemas.VoidingContent;
import io.hapax.serde.TrustedClasses;
import io.hapax.stream.decision.Cancellation;
import io.hapax.stream.decision.Capture;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.Reservation;
import io.hapax.stream.decision.Result;
import io.hapax.stream.decision.Voiding;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.jspecify.annotations.Nullable;

/** The bytes of the record of a reservation, capture or voiding: {@code TwoStepRecord.avsc}, by Avro's own means. */
final class TwoStepCodec {
    static {
        TrustedClasses.trustOurs();
    }

    private static final SpecificDatumWriter<TwoStepRecord> WRITER =
            new SpecificDatumWriter<>(TwoStepRecord.getClassSchema());

    private TwoStepCodec() {}

    static void write(IdempotencyRecord stored, BinaryEncoder to) throws IOException {
        AcceptedCommand first = stored.first();
        WRITER.write(
                new TwoStepRecord(
                        first.seenAt().toEpochMilli(),
                        first.origin().partition(),
                        first.origin().offset(),
                        first.attempt(),
                        content(first.digest().payload()),
                        state(stored)),
                to);
    }

    private static Object content(@Nullable Payload payload) {
        return switch (payload) {
            case Reservation reservation ->
                new ReservationContent(
                        reservation.debtorAccount(),
                        reservation.creditorAccount(),
                        reservation.amountMinor(),
                        reservation.currency(),
                        reservation.reference(),
                        reservation.hold().toMillis(),
                        reservation.multiple());
            case Capture capture ->
                new CaptureContent(
                        capture.reservationKey(),
                        capture.debtorAccount(),
                        capture.amountMinor(),
                        capture.currency(),
                        capture.moreWillFollow(),
                        capture.reference());
            case Voiding voiding -> new VoidingContent(voiding.reservationKey(), voiding.debtorAccount());
            case Payment payment -> throw new IllegalArgumentException("a payment in one step");
            case Cancellation cancel -> throw new IllegalArgumentException("a cancel");
            case null -> throw new IllegalArgumentException("a payment of which only digests are known");
        };
    }

    private static Object state(IdempotencyRecord stored) {
        return switch (stored) {
            case Pending pending ->
                new PendingStep(
                        pending.key().clientId(),
                        pending.key().idempotencyKey(),
                        pending.leaseUntil().toEpochMilli());
            case Settled settled -> {
                Result.Failed failed = settled.result() instanceof Result.Failed failure ? failure : null;
                Instant ledgerKnewSince = settled.ledgerKnewSince();
                yield new SettledStep(
                        settled.settledAt().toEpochMilli(),
                        settled.outcomeOffset(),
                        failed == null ? null : failed.reason(),
                        failed == null ? null : failed.account(),
                        ledgerKnewSince == null ? null : ledgerKnewSince.toEpochMilli());
            }
            case TakenKey refused ->
                new RefusedStep(refused.refusedAt().toEpochMilli(), refused.outcomeOffset(), refused.differing());
        };
    }

    static IdempotencyRecord read(BinaryDecoder from) throws IOException {
        TwoStepRecord wire = new SpecificDatumReader<TwoStepRecord>(TwoStepRecord.getClassSchema()).read(null, from);
        Payload payload = payload(wire.getContent());
        AcceptedCommand first = new AcceptedCommand(
                PayloadDigest.of(payload),
                Instant.ofEpochMilli(wire.getFirstSeenAt()),
                new LogPosition(wire.getCommandPartition(), wire.getCommandOffset()),
                wire.getAttempt());
        return switch (wire.getState()) {
            case PendingStep pending ->
                new Pending(
                        first,
                        new PaymentKey(pending.getClientId(), pending.getIdempotencyKey()),
                        payload,
                        Instant.ofEpochMilli(pending.getLeaseUntil()));
            case SettledStep settled ->
                new Settled(
                        first,
                        Instant.ofEpochMilli(settled.getSettledAt()),
                        settled.getOutcomeOffset(),
                        result(settled),
                        time(settled.getLedgerKnewSince()));
            case RefusedStep refused ->
                new TakenKey(
                        first,
                        Instant.ofEpochMilli(refused.getRefusedAt()),
                        refused.getOutcomeOffset(),
                        List.copyOf(refused.getDifferingFields()));
            default -> throw new IOException("the schema knows no state " + wire.getState());
        };
    }

    private static Payload payload(Object content) throws IOException {
        return switch (content) {
            case ReservationContent reservation ->
                new Reservation(
                        reservation.getDebtorAccount(),
                        reservation.getCreditorAccount(),
                        reservation.getAmountMinor(),
                        reservation.getCurrency(),
                        reservation.getReference(),
                        Duration.ofMillis(reservation.getHoldMs()),
                        reservation.getMultiple());
            case CaptureContent capture ->
                new Capture(
                        capture.getReservationKey(),
                        capture.getDebtorAccount(),
                        capture.getAmountMinor(),
                        capture.getCurrency(),
                        capture.getMoreWillFollow(),
                        capture.getReference());
            case VoidingContent voiding -> new Voiding(voiding.getReservationKey(), voiding.getDebtorAccount());
            default -> throw new IOException("the schema knows no content " + content.getClass());
        };
    }

    private static Result result(SettledStep settled) {
        String reason = settled.getFailureReason();
        return reason == null ? new Result.Completed() : new Result.Failed(reason, settled.getFailedAccount());
    }

    private static @Nullable Instant time(@Nullable Long epochMs) {
        return epochMs == null ? null : Instant.ofEpochMilli(epochMs);
    }
}
