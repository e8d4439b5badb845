package io.hapax.tools.log;

import io.hapax.schemas.CancelEvent;
import io.hapax.schemas.GuardedEvent;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.ReservationEvent;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.Asked;
import io.hapax.topics.LogPosition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;

/**
 * An event of any type: the part that all of them tell of what the ledger was told or asked about one payment. The
 * event of a cancel is order and question in one, and is told as an order.
 *
 * @param asked what the payment or step is
 * @param attempt as in the event: 0 if it asks before anything is posted
 * @param command where the accepted command stands
 */
public record AnyEvent(
        UUID paymentId, LedgerEventKind kind, Asked.Kind asked, int attempt, Instant acceptedAt, LogPosition command) {

    /** Reads a record of {@code ledger-events} of any type. */
    public static WireReader<SpecificRecord> reader(AvroFormat format) {
        return WireReader.ofAny(
                format,
                List.of(
                        LedgerEvent.class,
                        GuardedEvent.class,
                        ReservationEvent.class,
                        CancelEvent.class,
                        LedgerTime.class));
    }

    /** Empty for a time, which is about no payment. */
    public static Optional<AnyEvent> of(SpecificRecord wire) {
        return switch (wire) {
            case LedgerEvent event ->
                Optional.of(new AnyEvent(
                        event.getPaymentId(),
                        event.getKind(),
                        Asked.Kind.PAYMENT,
                        event.getAttempt(),
                        event.getAcceptedAt(),
                        new LogPosition(event.getCommandPartition(), event.getCommandOffset())));
            case GuardedEvent event ->
                Optional.of(new AnyEvent(
                        event.getPaymentId(),
                        LedgerEventKind.POST,
                        Asked.Kind.PAYMENT,
                        event.getAttempt(),
                        event.getAcceptedAt(),
                        new LogPosition(event.getCommandPartition(), event.getCommandOffset())));
            case ReservationEvent event ->
                Optional.of(new AnyEvent(
                        event.getPaymentId(),
                        LedgerEventKind.valueOf(event.getAsked().name()),
                        Asked.Kind.valueOf(event.getStep().name()),
                        event.getAttempt(),
                        event.getAcceptedAt(),
                        new LogPosition(event.getCommandPartition(), event.getCommandOffset())));
            case CancelEvent event ->
                Optional.of(new AnyEvent(
                        event.getPaymentId(),
                        LedgerEventKind.POST,
                        Asked.Kind.CANCEL,
                        1,
                        event.getAcceptedAt(),
                        new LogPosition(event.getCommandPartition(), event.getCommandOffset())));
            default -> Optional.empty();
        };
    }
}
