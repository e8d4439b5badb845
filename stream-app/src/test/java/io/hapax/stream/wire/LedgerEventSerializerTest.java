package io.hapax.stream.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.PaymentCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.AvroSerializer;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.EncodedPayment;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.wire.LedgerEventSerializer.Told;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerEventSerializerTest {
    private static final String COMMANDS = Topic.PAYMENT_COMMANDS.topicName();
    private static final String EVENTS = Topic.LEDGER_EVENTS.topicName();
    /** Bytes of the fields of a command that stand behind the payment, none of which is given. */
    private static final int BEHIND_PAYMENT = 3;

    private static final int MANY = 20_000;

    private InMemoryRegistry registry;
    private AvroSerializer<PaymentCommand> commands;
    private Serializer<SpecificRecord> events;
    private WireReader<PaymentCommand> reader;

    @BeforeEach
    void start() {
        registry = InMemoryRegistry.start();
        AvroFormat format = AvroFormat.onRegistry(registry.url());
        commands = (AvroSerializer<PaymentCommand>) format.<PaymentCommand>serializer();
        events = format.serializer();
        reader = new WireReader<>(format, PaymentCommand.class);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void shouldCopyWhatItWouldOtherwiseEncode() {
        Random random = new Random(1);
        LedgerEventSerializer serializer = new LedgerEventSerializer(events);
        for (int i = 0; i < MANY; i++) {
            byte[] bytes = commands.serialize(COMMANDS, command(random));
            ReceivedCommand.Pay received = received(bytes);
            assertTrue(received.encoded().isKnown());
            for (LedgerEventKind kind : LedgerEventKind.values()) {
                assertArrayEquals(
                        serializer.serialize(EVENTS, told(kind, received, EncodedPayment.NONE)),
                        serializer.serialize(EVENTS, told(kind, received, received.encoded())));
            }
        }
    }

    @Test
    void shouldNotCopyFromACommandInAnotherSchema() throws IOException {
        Schema ours = PaymentCommand.getClassSchema();
        Schema other = new Schema.Parser()
                .parse(
                        ours.toString()
                                .replace(
                                        "{\"name\":\"idempotencyKey\"",
                                        "{\"name\":\"channel\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"idempotencyKey\""));
        GenericData.Record record = new GenericData.Record(other);
        PaymentCommand command = command(new Random(2));
        ours.getFields().forEach(field -> record.put(field.name(), command.get(field.pos())));
        record.put("channel", "web");
        record.put("sentAt", null);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        written.writeBytes(ByteBuffer.allocate(WireReader.HEADER_BYTES)
                .put((byte) 0)
                .putInt(registry.register(other.toString()))
                .array());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(written, null);
        new GenericDatumWriter<>(other).write(record, encoder);
        byte[] bytes = written.toByteArray();
        assertFalse(received(bytes).encoded().isKnown());
        assertEquals(command.getIdempotencyKey(), received(bytes).key().idempotencyKey());
    }

    /** Such bytes can be read. Whether every reader of events can read them, nobody knows. */
    @Test
    void shouldNotCopyNumbersThatTakeMoreBytesThanTheyNeed() {
        PaymentCommand command = command(new Random(3));
        byte[] bytes = commands.serialize(COMMANDS, command);
        int length = WireReader.HEADER_BYTES;
        byte[] padded = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, padded, 0, length);
        padded[length] = (byte) (bytes[length] | 0x80);
        System.arraycopy(bytes, length + 1, padded, length + 2, bytes.length - length - 1);
        assertEquals(command.getClientId(), received(padded).key().clientId());
        assertFalse(received(padded).encoded().isKnown());
    }

    @Test
    void shouldCopyNothingButThePaymentThatWasRead() {
        Random random = new Random(4);
        int copied = 0;
        for (int i = 0; i < MANY; i++) {
            byte[] bytes = commands.serialize(COMMANDS, command(random));
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int at = WireReader.HEADER_BYTES + random.nextInt(bytes.length - WireReader.HEADER_BYTES);
                bytes[at] = (byte) random.nextInt(256);
            }
            if (reader.read(COMMANDS, bytes) instanceof Decoded.Value<PaymentCommand>(var read)) {
                ReceivedCommand.Pay received = received(bytes);
                EncodedPayment encoded = received.encoded();
                if (encoded.isKnown()) {
                    copied++;
                    PaymentCommand withoutTime = PaymentCommand.newBuilder(read)
                            .setSentAt(null)
                            .setConfirmsDistinctFrom(null)
                            .setUetr(null)
                            .build();
                    byte[] expected = commands.serialize(COMMANDS, withoutTime);
                    assertArrayEquals(
                            Arrays.copyOfRange(expected, WireReader.HEADER_BYTES, expected.length - BEHIND_PAYMENT),
                            Arrays.copyOfRange(encoded.bytes(), encoded.from(), encoded.from() + encoded.length()));
                }
            }
        }
        assertTrue(copied > MANY / 10, copied + " copied");
    }

    private ReceivedCommand.Pay received(byte[] bytes) {
        LogPosition origin = new LogPosition(3, 1L << 40);
        return switch (reader.read(COMMANDS, bytes)) {
            case Decoded.Value<PaymentCommand>(var command) ->
                reader.isInOurSchema(bytes)
                        ? Commands.received(command, origin, bytes, WireReader.HEADER_BYTES)
                        : Commands.received(command, origin);
            case Decoded.Unreadable<PaymentCommand>(var reason, var detail) ->
                throw new AssertionError(reason + ": " + detail);
        };
    }

    private static Told told(LedgerEventKind kind, ReceivedCommand.Pay received, EncodedPayment encoded) {
        Payment payment = new Payment(
                received.debtorAccount(),
                received.creditorAccount(),
                received.amountMinor(),
                received.currency(),
                received.reference(),
                encoded);
        AcceptedCommand first = new AcceptedCommand(
                PayloadDigest.of(payment), Instant.ofEpochMilli(1_764_000_000_000L), received.origin(), 1);
        PaymentKey key = received.key();
        return new Told(kind, key.paymentId(), new Pending(first, key, payment, Instant.EPOCH));
    }

    private static PaymentCommand command(Random random) {
        return PaymentCommand.newBuilder()
                .setClientId("client-" + random.nextInt(1_000))
                .setIdempotencyKey(new UUID(random.nextLong(), random.nextLong()).toString())
                .setDebtorAccount("d".repeat(1 + random.nextInt(64)))
                .setCreditorAccount("c".repeat(1 + random.nextInt(64)))
                .setAmountMinor(1 + random.nextLong(1L << (1 + random.nextInt(52))))
                .setCurrency(random.nextBoolean() ? "EUR" : "JPY")
                .setReference(
                        switch (random.nextInt(3)) {
                            case 0 -> null;
                            case 1 -> "";
                            default -> "é\u4e2d\ud83d\ude00".repeat(random.nextInt(40));
                        })
                .setSentAt(random.nextBoolean() ? Instant.ofEpochMilli(random.nextLong(1L << 41)) : null)
                .build();
    }
}
