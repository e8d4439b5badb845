package io.hapax.stream.wire;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.serde.AvroSerializer;
import io.hapax.stream.decision.Cancellation;
import io.hapax.stream.decision.EncodedPayment;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Payload;
import io.hapax.stream.decision.Payment;
import java.io.IOException;
import java.util.UUID;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The serializer of events to the ledger. It copies the payment from the bytes of its command where they are known,
 * since command and event hold it in the same bytes. That is the largest part of an event.
 */
public final class LedgerEventSerializer implements Serializer<LedgerEventSerializer.Told> {
    private final Serializer<SpecificRecord> format;

    /** An event before it is encoded. */
    public record Told(LedgerEventKind kind, UUID paymentId, Pending pending) {
        /** The key of its record: the debtor, in whose order the ledger judges. A cancel names none. */
        public String topicKey() {
            return pending.payload() instanceof Payload.OfDebtor payload
                    ? payload.debtorAccount()
                    : pending.key().topicKey();
        }
    }

    /** @param format of all events; only our own lets parts be copied */
    public LedgerEventSerializer(Serializer<SpecificRecord> format) {
        this.format = format;
    }

    @Override
    public byte[] serialize(String topic, Told told) {
        return switch (told.pending().payload()) {
            case Payment payment -> serialize(topic, told, payment);
            case Cancellation cancel -> format.serialize(topic, CancelEvents.event(told));
            case Payload.OfDebtor step -> format.serialize(topic, ReservationEvents.event(told, step));
        };
    }

    private byte[] serialize(String topic, Told told, Payment payment) {
        // What became of it is asked as of any other payment.
        if (told.pending().guard().isOn() && told.kind() == LedgerEventKind.POST) {
            return format.serialize(topic, LedgerEvents.guarded(told, payment));
        }
        EncodedPayment encoded = payment.encoded();
        return format instanceof AvroSerializer<SpecificRecord> ours && encoded.isKnown()
                ? ours.serialize(topic, LedgerEvent.getClassSchema(), encoder -> write(told, encoded, encoder))
                : format.serialize(topic, LedgerEvents.event(told, payment));
    }

    /** In the order of the fields of the schema. */
    private static void write(Told told, EncodedPayment payment, Encoder to) throws IOException {
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
