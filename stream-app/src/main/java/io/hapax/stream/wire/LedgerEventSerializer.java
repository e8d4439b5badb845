package io.hapax.stream.wire;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.serde.AvroSerializer;
import io.hapax.stream.decision.EncodedPayment;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import java.io.IOException;
import java.util.UUID;
import org.apache.avro.io.Encoder;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The serializer of events to the ledger. It copies the payment from the bytes of its command where they are known,
 * since command and event hold it in the same bytes. That is the largest part of an event.
 */
public final class LedgerEventSerializer implements Serializer<LedgerEventSerializer.Told> {
    private final Serializer<LedgerEvent> format;

    /** An event before it is encoded. */
    public record Told(LedgerEventKind kind, UUID paymentId, Pending pending) {}

    /** @param format of all events; only our own lets parts be copied */
    public LedgerEventSerializer(Serializer<LedgerEvent> format) {
        this.format = format;
    }

    @Override
    public byte[] serialize(String topic, Told told) {
        if (format instanceof AvroSerializer<LedgerEvent> ours
                && told.pending().payment().encoded().isKnown()) {
            return ours.serialize(topic, LedgerEvent.getClassSchema(), encoder -> write(told, encoder));
        }
        return format.serialize(topic, LedgerEvents.event(told.kind(), told.paymentId(), told.pending()));
    }

    /** In the order of the fields of the schema. */
    private static void write(Told told, Encoder to) throws IOException {
        EncodedPayment payment = told.pending().payment().encoded();
        AcceptedCommand first = told.pending().first();
        to.writeEnum(LedgerEventKind.getClassSchema().getEnumOrdinal(told.kind().name()));
        to.writeString(told.paymentId().toString());
        to.writeFixed(payment.bytes(), payment.from(), payment.length());
        to.writeInt(first.attempt());
        to.writeLong(first.seenAt().toEpochMilli());
        to.writeInt(first.origin().partition());
        to.writeLong(first.origin().offset());
    }
}
