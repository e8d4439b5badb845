package io.hapax.ledger.consume;

import io.hapax.ledger.posting.PaymentContent;
import io.hapax.ledger.posting.PostingRequest;
import io.hapax.ledger.posting.PostingRequest.Kind;
import io.hapax.schemas.LedgerEvent;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.topics.LogPosition;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The decoder of {@code ledger-events}: it turns records into requests to the ledger. */
final class EventDecoder {
    private final WireReader<LedgerEvent> reader;

    EventDecoder(AvroFormat format) {
        this.reader = new WireReader<>(format, LedgerEvent.class);
    }

    /** The request, or why there is none. Throws when the registry can't be asked. */
    DecodedEvent decode(ConsumerRecord<byte[], byte[]> event) {
        return switch (reader.read(event.topic(), event.value())) {
            case Decoded.Value<LedgerEvent>(LedgerEvent value) ->
                new DecodedEvent.Request(event, request(value, new LogPosition(event.partition(), event.offset())));
            case Decoded.Unreadable<LedgerEvent> unreadable ->
                new DecodedEvent.Unreadable(event, unreadable.reason(), unreadable.detail());
        };
    }

    private static PostingRequest request(LedgerEvent event, LogPosition position) {
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
                position);
    }
}
