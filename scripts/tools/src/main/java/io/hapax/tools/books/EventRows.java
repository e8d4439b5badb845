package io.hapax.tools.books;

import io.hapax.ledger.consume.StepContent;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.Step;
import io.hapax.schemas.CancelEvent;
import io.hapax.schemas.GuardedEvent;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.ReservationEvent;
import io.hapax.topics.LogPosition;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The rows that records of {@code ledger-events} become. */
public final class EventRows {
    /** The kind of a row that is a time and no event about a payment. */
    public static final String TIME = "TIME";

    private static final UUID NO_PAYMENT = new UUID(0, 0);
    private static final PaymentContent NOTHING = new PaymentContent("", "", 0, "", null);

    private EventRows() {}

    /** The part of an event of any type that is not its content. */
    private record Told(
            String kind,
            UUID paymentId,
            String clientId,
            String idempotencyKey,
            int attempt,
            Instant acceptedAt,
            LogPosition command) {}

    /** Writes an event about a payment. A time asks for no payment, and has no row. */
    public static void write(CopyRows rows, ConsumerRecord<byte[], byte[]> at, SpecificRecord event)
            throws SQLException {
        switch (event) {
            case LedgerEvent payment -> write(rows, at, told(payment), content(payment), null, at.timestamp());
            case GuardedEvent payment -> write(rows, at, told(payment), content(payment), null, at.timestamp());
            case ReservationEvent step ->
                write(rows, at, told(step), StepContent.of(step), step.getStep().name(), at.timestamp());
            case CancelEvent cancel -> write(rows, at, told(cancel), PaymentContent.cancel(), "CANCEL", at.timestamp());
            default -> {}
        }
    }

    /** The row of a time, of kind {@code TIME}. It says nothing but that. */
    public static void writeTime(CopyRows rows, ConsumerRecord<byte[], byte[]> at, LedgerTime time)
            throws SQLException {
        Told nobody = new Told(TIME, NO_PAYMENT, "", "", 0, Instant.EPOCH, new LogPosition(0, 0));
        write(rows, at, nobody, NOTHING, null, time.getAt().toEpochMilli());
    }

    private static Told told(LedgerEvent event) {
        return new Told(
                event.getKind().name(),
                event.getPaymentId(),
                event.getClientId(),
                event.getIdempotencyKey(),
                event.getAttempt(),
                event.getAcceptedAt(),
                new LogPosition(event.getCommandPartition(), event.getCommandOffset()));
    }

    private static Told told(ReservationEvent event) {
        return new Told(
                event.getAsked().name(),
                event.getPaymentId(),
                event.getClientId(),
                event.getIdempotencyKey(),
                event.getAttempt(),
                event.getAcceptedAt(),
                new LogPosition(event.getCommandPartition(), event.getCommandOffset()));
    }

    /** As the ledger takes it: an order, and no attempt but the first. */
    private static Told told(CancelEvent event) {
        return new Told(
                LedgerEventKind.POST.name(),
                event.getPaymentId(),
                event.getClientId(),
                event.getIdempotencyKey(),
                1,
                event.getAcceptedAt(),
                new LogPosition(event.getCommandPartition(), event.getCommandOffset()));
    }

    /** Without its guard, which no row has: the published outcome tells whether it was suspected. */
    private static Told told(GuardedEvent event) {
        return new Told(
                LedgerEventKind.POST.name(),
                event.getPaymentId(),
                event.getClientId(),
                event.getIdempotencyKey(),
                event.getAttempt(),
                event.getAcceptedAt(),
                new LogPosition(event.getCommandPartition(), event.getCommandOffset()));
    }

    private static PaymentContent content(GuardedEvent event) {
        return new PaymentContent(
                event.getDebtorAccount(),
                event.getCreditorAccount(),
                event.getPayMinor(),
                event.getCurrency(),
                event.getReference());
    }

    private static PaymentContent content(LedgerEvent event) {
        return new PaymentContent(
                event.getDebtorAccount(),
                event.getCreditorAccount(),
                event.getAmountMinor(),
                event.getCurrency(),
                event.getReference());
    }

    private static void write(
            CopyRows rows,
            ConsumerRecord<byte[], byte[]> at,
            Told told,
            PaymentContent content,
            @Nullable String step,
            long timeMs)
            throws SQLException {
        rows.number(at.partition())
                .number(at.offset())
                .text(told.kind())
                .id(told.paymentId())
                .text(told.clientId())
                .text(told.idempotencyKey())
                .text(content.debtorAccount())
                .text(content.creditorAccount())
                .number(content.amountMinor())
                .text(content.currency())
                .text(content.reference())
                .number(told.attempt())
                .number(told.acceptedAt().toEpochMilli())
                .number(told.command().partition())
                .number(told.command().offset())
                .text(step);
        write(rows, content.step());
        rows.number(timeMs).endRow();
    }

    private static void write(CopyRows rows, @Nullable Step step) {
        Step.Reserve reserve = step instanceof Step.Reserve found ? found : null;
        UUID named = switch (step) {
            case Step.Capture capture -> capture.reservationId();
            case Step.Release release -> release.reservationId();
            case null, default -> null;
        };
        rows.stored(named == null ? null : named.toString())
                .stored(reserve == null ? null : String.valueOf(reserve.hold().toMillis()))
                .stored(reserve == null ? null : String.valueOf(reserve.multiple()))
                .stored(step instanceof Step.Capture capture ? String.valueOf(capture.moreWillFollow()) : null);
    }
}
