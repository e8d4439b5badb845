package io.hapax.ledger.consume;

import io.hapax.ledger.posting.Guard;
import io.hapax.ledger.posting.LedgerInput.TimePassed;
import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingRequest.Kind;
import io.hapax.schemas.CancelEvent;
import io.hapax.schemas.GuardedEvent;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.ReservationEvent;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.LogPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The decoder of {@code ledger-events}: it turns records into requests to the ledger. */
final class EventDecoder {
    private final WireReader<SpecificRecord> reader;

    EventDecoder(AvroFormat format) {
        this.reader = WireReader.ofAny(
                format,
                List.of(
                        LedgerEvent.class,
                        GuardedEvent.class,
                        ReservationEvent.class,
                        CancelEvent.class,
                        LedgerTime.class));
    }

    /** The request, or why there is none. Throws when the registry can't be asked. */
    DecodedEvent decode(ConsumerRecord<byte[], byte[]> event) {
        return switch (reader.read(event.topic(), event.value())) {
            case Decoded.Value<SpecificRecord>(LedgerEvent value) ->
                new DecodedEvent.Request(event, request(value, event));
            case Decoded.Value<SpecificRecord>(GuardedEvent value) ->
                new DecodedEvent.Request(event, request(value, event));
            case Decoded.Value<SpecificRecord>(ReservationEvent value) ->
                new DecodedEvent.Request(event, request(value, event));
            case Decoded.Value<SpecificRecord>(CancelEvent value) ->
                new DecodedEvent.Request(event, request(value, event));
            case Decoded.Value<SpecificRecord>(LedgerTime value) ->
                new DecodedEvent.Time(event, new TimePassed(event.partition(), value.getAt()));
            case Decoded.Value<SpecificRecord>(var other) ->
                throw new IllegalStateException(
                        "nobody asked for a " + other.getSchema().getName());
            case Decoded.Unreadable<SpecificRecord> unreadable ->
                new DecodedEvent.Unreadable(event, unreadable.reason(), unreadable.detail());
        };
    }

    private static PostingRequest request(LedgerEvent event, ConsumerRecord<byte[], byte[]> at) {
        return new PostingRequest(
                switch (event.getKind()) {
                    case POST -> Kind.POST;
                    case INQUIRE -> Kind.INQUIRE;
                },
                event.getPaymentId(),
                event.getClientId(),
                event.getIdempotencyKey(),
                new PaymentContent(
                        event.getDebtorAccount(),
                        event.getCreditorAccount(),
                        event.getAmountMinor(),
                        event.getCurrency(),
                        event.getReference()),
                event.getAttempt(),
                event.getAcceptedAt(),
                new LogPosition(event.getCommandPartition(), event.getCommandOffset()),
                new LogPosition(at.partition(), at.offset()),
                Instant.ofEpochMilli(at.timestamp()));
    }

    private static PostingRequest request(GuardedEvent event, ConsumerRecord<byte[], byte[]> at) {
        return new PostingRequest(
                Kind.POST,
                event.getPaymentId(),
                event.getClientId(),
                event.getIdempotencyKey(),
                new PaymentContent(
                        event.getDebtorAccount(),
                        event.getCreditorAccount(),
                        event.getPayMinor(),
                        event.getCurrency(),
                        event.getReference()),
                event.getAttempt(),
                event.getAcceptedAt(),
                new LogPosition(event.getCommandPartition(), event.getCommandOffset()),
                new LogPosition(at.partition(), at.offset()),
                Instant.ofEpochMilli(at.timestamp()),
                new Guard(Duration.ofMillis(event.getDuplicateWindowMs()), event.getConfirmsDistinctFrom()));
    }

    /** Order and question in one, so it is no attempt but the first. */
    private static PostingRequest request(CancelEvent event, ConsumerRecord<byte[], byte[]> at) {
        return new PostingRequest(
                Kind.POST,
                event.getPaymentId(),
                event.getClientId(),
                event.getIdempotencyKey(),
                PaymentContent.cancel(),
                1,
                event.getAcceptedAt(),
                new LogPosition(event.getCommandPartition(), event.getCommandOffset()),
                new LogPosition(at.partition(), at.offset()),
                Instant.ofEpochMilli(at.timestamp()));
    }

    private static PostingRequest request(ReservationEvent event, ConsumerRecord<byte[], byte[]> at) {
        return new PostingRequest(
                switch (event.getAsked()) {
                    case POST -> Kind.POST;
                    case INQUIRE -> Kind.INQUIRE;
                },
                event.getPaymentId(),
                event.getClientId(),
                event.getIdempotencyKey(),
                StepContent.of(event),
                event.getAttempt(),
                event.getAcceptedAt(),
                new LogPosition(event.getCommandPartition(), event.getCommandOffset()),
                new LogPosition(at.partition(), at.offset()),
                Instant.ofEpochMilli(at.timestamp()));
    }
}
